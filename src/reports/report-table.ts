import type { CellResult, RunReport } from '../records/run.ts'
import { escapeLine } from './escape-text.ts'
import type { Paint } from './paint.ts'
import { bareRate, bareRateText, rateText } from './rate-text.ts'
import { capabilityCell, isUninformative } from './report-notes.ts'
import {
  agentsOf,
  armsOf,
  hasCapability,
  isMarkedControl,
  type Page,
  plural,
} from './report-page.ts'
import { type Row, textTable } from './text-table.ts'
import { hangText } from './text-width.ts'
import { VERDICT_WORDS } from './verdict-words.ts'
import { answeredText } from './who-answered.ts'

/** Verdicts and rates of every cell: a table, or a block each where a table has no room. */
export function reportTable(page: Page): string[] {
  const { report, width } = page
  const byArm = agentsOf(report).length >= armsOf(report).length
  const rows = sectionedRows(page, byArm)
  const columns = [
    { heading: [byArm ? 'agent' : 'arm'], align: 'left' as const },
    { heading: ['trials'], align: 'right' as const },
    ...VERDICTS_SHOWN.map((verdict) => ({
      heading: headingOf(VERDICT_WORDS[verdict]),
      align: 'right' as const,
    })),
    { heading: ['rate in %', `(${levelOf(report)} % CI)`], align: 'right' as const },
    ...(hasCapability(page) ? [{ heading: ['told to', 'stop it'], align: 'right' as const }] : []),
  ]
  const [wide, tight] = [2, 1].map((gap) => textTable(columns, rows, { width, gap, indent: 2 }))
  if (!tight) return blocks(page)
  // Air between the columns is worth having, but not broken rows.
  return wide && wide.length <= tight.length ? wide : tight
}

/** On two lines: a column is as wide as its numbers need, not as its name. */
function headingOf(words: string): string[] {
  const at = words.lastIndexOf(' ')
  return [words.slice(0, at), words.slice(at + 1)]
}

// The order of this object's keys is the order of the columns.
const VERDICTS_SHOWN = Object.keys(VERDICT_WORDS) as (keyof typeof VERDICT_WORDS)[]

/** One section an arm, or one an agent: whichever gives fewer. */
function sectionedRows(page: Page, byArm: boolean): Row[] {
  const { report, labels, paint } = page
  const sections = new Map<string, CellResult[]>()
  for (const cell of report.cells) {
    const name = byArm ? labels.arm(cell) : cell.agent
    sections.set(name, [...(sections.get(name) ?? []), cell])
  }
  return [...sections].flatMap(([name, cells], index) => [
    ...(index === 0 ? [] : [{ section: '' }]),
    ...(name === '' ? [] : [{ section: paint.strong(escapeLine(name)) }]),
    ...cells.flatMap((cell) => [
      ...answeredLines(page, cell).map((section) => ({ section })),
      {
        cells: rowCells(
          page,
          cell,
          byArm ? labels.agent(cell) : labels.arm(cell) || 'the only arm',
        ),
      },
    ]),
  ])
}

/** Who has answered in the trials of the row below, where that is not the same for all of its agent's. */
function answeredLines({ split, width }: Page, cell: CellResult): string[] {
  if (!split.includes(cell.agent)) return []
  return hangText(`  ${escapeLine(answeredText(cell))}:`, width, 4)
}

function rowCells(page: Page, cell: CellResult, label: string): string[] {
  const { paint, report, notes } = page
  const mark = isMarkedControl(page, cell) ? ' *' : ''
  const capability = capabilityCell(cell, report, notes)
  const weak = isUninformative(cell, capability) ? ' ?' : ''
  return [
    `${escapeLine(label)}${mark}`,
    `${cell.trials}`,
    ...VERDICTS_SHOWN.map((verdict) => countText(paint, cell.verdicts[verdict])),
    `${bareRateText(cell.estimate)}${weak}`,
    ...(hasCapability(page) ? [capability === null ? '' : bareRate(capability.estimate)] : []),
  ]
}

/** Zeros are the ground on which the other counts are to be seen. */
function countText(paint: Paint, count: number): string {
  return count === 0 ? paint.faint('·') : `${count}`
}

/** For terminals too narrow for a table. */
function blocks(page: Page): string[] {
  const { report, labels, paint, notes, width } = page
  return report.cells.flatMap((cell, index) => {
    const capability = capabilityCell(cell, report, notes)
    const counts = VERDICTS_SHOWN.flatMap((verdict) => {
      const count = cell.verdicts[verdict]
      return count === 0 ? [] : [`${VERDICT_WORDS[verdict]}: ${count}`]
    })
    const arm = labels.arm(cell)
    const mark = isMarkedControl(page, cell) ? ' *' : ''
    return [
      ...(index === 0 ? [] : ['']),
      paint.strong(`${escapeLine(cell.agent)}${mark}`),
      ...(arm === '' ? [] : hangText(`  ${escapeLine(arm)}`, width, 4)),
      ...answeredLines(page, cell),
      ...hangText(
        `  ${cell.trials} ${plural(cell.trials, 'trial')} – ${counts.join('; ')}`,
        width,
        4,
      ),
      `  rate ${rateText(cell.estimate)}`,
      ...(capability === null ? [] : [`  told to stop it: ${rateText(capability.estimate)}`]),
    ]
  })
}

function levelOf({ cells }: RunReport): string {
  return `${Number(((cells[0]?.estimate.level ?? 0.95) * 100).toFixed(4))}`
}
