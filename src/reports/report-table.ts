import type { CellResult, RunReport } from '../records/run.ts'
import type { CellLabels } from './arm-label.ts'
import { isUninformative } from './capability.ts'
import type { CellRow } from './cell-rows.ts'
import { countText } from './count-text.ts'
import { escapeLine } from './escape-text.ts'
import type { Paint } from './paint.ts'
import { bareRate, bareRateText, rateText } from './rate-text.ts'
import { agentsOf, armsOf, isMarkedControl, type Page, plural } from './report-page.ts'
import { type Row, textTable } from './text-table.ts'
import { hangText, textWidth } from './text-width.ts'
import { VERDICT_WORDS } from './verdict-words.ts'
import { answeredText } from './who-answered.ts'

/** Verdicts and rates of every cell: a table, or a block each where a table has no room. */
export function reportTable(page: Page): string[] {
  const { report, labels } = page
  const full = tableOf(page, labels.arm)
  const hasShort = report.cells.some((cell) => labels.short(cell) !== labels.arm(cell))
  const fits = full?.fits ?? doArmsFit(page, labels.arm)
  if (fits || !hasShort) return full?.lines ?? blocks(page, labels.arm)
  return [
    ...(tableOf(page, labels.short)?.lines ?? blocks(page, labels.short)),
    '',
    ...armsKey(page),
  ]
}

type ArmName = CellLabels['arm']

/** Null: there is no room for one. `fits`: no name stands on a line of its own, or runs over the edge. */
function tableOf(page: Page, armOf: ArmName): { lines: string[]; fits: boolean } | null {
  const { report, width } = page
  const byArm = agentsOf(report).length >= armsOf(report).length
  const rows = sectionedRows(page, { byArm, armOf })
  const columns = [
    { heading: [byArm ? 'agent' : 'arm'], align: 'left' as const },
    { heading: ['trials'], align: 'right' as const },
    ...VERDICTS_SHOWN.map((verdict) => ({
      heading: headingOf(VERDICT_WORDS[verdict]),
      align: 'right' as const,
    })),
    { heading: ['rate in %', `(${levelOf(report)} % CI)`], align: 'right' as const },
    ...(page.capabilities.size > 0
      ? [{ heading: ['told to', 'stop it'], align: 'right' as const }]
      : []),
  ]
  const [wide, tight] = [2, 1].map((gap) => textTable(columns, rows, { width, gap, indent: 2 }))
  if (!tight) return null
  // Air between the columns is worth having, but not broken rows.
  const lines = wide && wide.length <= tight.length ? wide : tight
  const fits = lines.length === rows.length + HEADING_LINES && doArmsFit(page, armOf)
  return { lines, fits }
}

/** Whether the name of each arm stands on one line. */
function doArmsFit({ report, width }: Page, armOf: ArmName): boolean {
  return report.cells.every((cell) => textWidth(armOf(cell)) + 2 <= width)
}

/** Two of names and the line below them. */
const HEADING_LINES = 3

/** The levels of each arm with a name, once, where the table has its name alone. What the other arms are called says theirs. */
function armsKey({ report, labels, width }: Page): string[] {
  const titled = report.cells.filter(({ name, preset }) => (name ?? preset) !== null)
  const names = new Set(titled.map(labels.arm))
  return ['Arms:', ...[...names].flatMap((name) => hangText(`  ${escapeLine(name)}`, width, 4))]
}

/** On two lines: a column is as wide as its numbers need, not as its name. */
function headingOf(words: string): string[] {
  const at = words.lastIndexOf(' ')
  return [words.slice(0, at), words.slice(at + 1)]
}

// The order of this object's keys is the order of the columns.
const VERDICTS_SHOWN = Object.keys(VERDICT_WORDS) as (keyof typeof VERDICT_WORDS)[]

/** One section an arm, or one an agent: whichever gives fewer. */
function sectionedRows(
  page: Page,
  { byArm, armOf }: { readonly byArm: boolean; readonly armOf: ArmName },
): Row[] {
  const { rows, labels, paint } = page
  const sections = Map.groupBy(rows, ({ cell }) => (byArm ? armOf(cell) : cell.agent))
  return [...sections].flatMap(([name, own], index) => [
    ...(index === 0 ? [] : [{ section: '' }]),
    ...(name === '' ? [] : [{ section: paint.strong(escapeLine(name)) }]),
    ...own.flatMap((row) => [
      ...answeredLines(page, row).map((section) => ({ section })),
      {
        cells: rowCells(
          page,
          row,
          byArm ? labels.agent(row.cell) : armOf(row.cell) || 'the only arm',
        ),
      },
    ]),
  ])
}

/** Who has answered in the trials of the row below, where that is not the same for all of its agent's. */
function answeredLines({ split, width }: Page, row: CellRow): string[] {
  if (!split.has(row.cell.agent)) return []
  return hangText(`  ${escapeLine(answeredText(row))}:`, width, 4)
}

function rowCells(page: Page, row: CellRow, label: string): string[] {
  const { paint, capabilities } = page
  const { cell } = row
  const mark = isMarkedControl(page, cell) ? ' *' : ''
  const capability = row.kind === 'cell' ? capabilities.get(row.cell) : undefined
  return [
    `${escapeLine(label)}${mark}`,
    countText(cell.trials),
    ...VERDICTS_SHOWN.map((verdict) => faintZero(paint, cell.verdicts[verdict])),
    row.kind === 'cell' ? rateCell(row, capability) : '',
    ...(capabilities.size > 0
      ? [capability === undefined ? '' : bareRate(capability.estimate)]
      : []),
  ]
}

function rateCell(
  { cell }: CellRow & { kind: 'cell' },
  capability: CellResult | undefined,
): string {
  return `${bareRateText(cell.estimate)}${isUninformative(cell, capability) ? ' ?' : ''}`
}

/** Zeros are the ground on which the other counts are to be seen. */
function faintZero(paint: Paint, count: number): string {
  return count === 0 ? paint.faint('·') : countText(count)
}

/** For terminals too narrow for a table. */
function blocks(page: Page, armOf: ArmName): string[] {
  const { rows, paint, capabilities, width } = page
  return rows.flatMap((row, index) => {
    const { cell } = row
    const capability = row.kind === 'cell' ? capabilities.get(row.cell) : undefined
    const counts = VERDICTS_SHOWN.flatMap((verdict) => {
      const count = cell.verdicts[verdict]
      return count === 0 ? [] : [`${VERDICT_WORDS[verdict]}: ${countText(count)}`]
    })
    const arm = armOf(cell)
    const mark = isMarkedControl(page, cell) ? ' *' : ''
    return [
      ...(index === 0 ? [] : ['']),
      paint.strong(`${escapeLine(cell.agent)}${mark}`),
      ...(arm === '' ? [] : hangText(`  ${escapeLine(arm)}`, width, 4)),
      ...answeredLines(page, row),
      ...hangText(
        `  ${countText(cell.trials)} ${plural(cell.trials, 'trial')} – ${counts.join('; ')}`,
        width,
        4,
      ),
      ...(row.kind === 'cell' ? [`  rate ${rateText(row.cell.estimate)}`] : []),
      ...(capability === undefined ? [] : [`  told to stop it: ${rateText(capability.estimate)}`]),
    ]
  })
}

function levelOf({ cells }: RunReport): string {
  return `${Number(((cells[0]?.estimate.level ?? 0.95) * 100).toFixed(4))}`
}
