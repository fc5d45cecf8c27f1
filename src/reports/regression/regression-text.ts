import type { RegressionResult } from '../../records/regression.ts'
import { labelCells } from '../arm-label.ts'
import { escapeLine } from '../escape-text.ts'
import type { Paint } from '../paint.ts'
import { type Column, type Row, textTable } from '../text-table.ts'
import { hangText, wrapText } from '../text-width.ts'
import { AGENT } from './regression-cells.ts'
import {
  barePText,
  infiniteMark,
  observedText,
  oddsRangeText,
  oddsText,
  PREDICTED_RATES,
  predictedText,
  regressionIntroduction,
  spreadText,
  testText,
} from './regression-words.ts'

const WIDTH_MAX = 110

interface Page {
  readonly width: number
  readonly paint: Paint
}

/** A regression for a terminal. */
export function regressionText(result: RegressionResult, { width: columns, paint }: Page): string {
  const page = { width: Math.min(columns, WIDTH_MAX), paint }
  const { width } = page
  const title = `Regression by endpoint ${escapeLine(result.endpoint.name)}`
  const parts = [
    [...wrapText(title, width).map(paint.strong), ...hangText(runLine(result), width, 2)],
    [...regressionIntroduction(result), ...prefixNote(result)].flatMap((each) =>
      wrapText(escapeLine(each), width),
    ),
    termLines(result, page),
    result.notes.flatMap((note) => hangText(`- ${escapeLine(note)}`, width, 2)),
    cellLines(result, page),
    spreadLines(result, page),
  ]
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

function runLine({ run, status, scenario: { id, version } }: RegressionResult): string {
  return `Run ${run}, ${status}: scenario ${escapeLine(id)} ${escapeLine(version)}`
}

/** What all agents' names begin with is said once, and left out of the tables. */
function prefixNote({ cells }: RegressionResult): string[] {
  const { agentPrefix } = labelCells(cells)
  return agentPrefix === '' ? [] : [`All agents’ names begin with "${agentPrefix}".`]
}

function termLines(
  { terms, clusters, cells, basis }: RegressionResult,
  { width, paint }: Page,
): string[] {
  if (terms.length === 0) return []
  const isClustered = clusters.by.length > 0
  const labels = labelCells(cells)
  const named = (term: string, level: string): string =>
    escapeLine(term === AGENT ? labels.agent({ agent: level }) : level)
  const columns: Column[] = [
    { heading: ['level'], align: 'left' },
    { heading: ['odds', 'ratio'], align: 'right' },
    ...(basis === 'fixed'
      ? [
          { heading: ['interval'], align: 'left' } as const,
          { heading: ['p'], align: 'right' } as const,
        ]
      : []),
    ...(isClustered ? [{ heading: ['cluster-robust', 'interval'], align: 'left' } as const] : []),
  ]
  const rows: Row[] = terms.flatMap((term): Row[] => [
    { section: sectionOf(term, width) },
    {
      cells: [
        `${named(term.name, term.reference)} (reference)`,
        '1',
        ...columns.slice(2).map(() => ''),
      ],
    },
    ...term.levels.map((level) => ({
      cells: [
        `${named(term.name, level.level)}${infiniteMark(level)}`,
        oddsText(level.oddsRatio),
        ...(basis === 'fixed'
          ? [oddsRangeText(level), level.test === null ? '' : barePText(level.test.p)]
          : []),
        ...(isClustered
          ? [level.clustered === null ? 'none' : oddsRangeText(level.clustered)]
          : []),
      ],
    })),
  ])
  const table = textTable(columns, rows, { width, gap: 2, indent: 2 })
  return (
    table?.map((line, at) => (isSection(rows, line) && at > 0 ? paint.strong(line) : line)) ??
    terms.flatMap((term) => [
      ...sectionOf(term, width).split('\n'),
      ...term.levels.flatMap((level) =>
        hangText(
          `  ${named(term.name, level.level)}: ${oddsText(level.oddsRatio)} (${oddsRangeText(level)})`,
          width,
          4,
        ),
      ),
    ])
  )
}

function sectionOf({ name, test }: RegressionResult['terms'][number], width: number): string {
  const whole = test === null ? '' : `: ${testText(test)}`
  return hangText(`${escapeLine(name)}${whole}`, width, 4).join('\n')
}

function isSection(rows: readonly Row[], line: string): boolean {
  return rows.some((row) => 'section' in row && row.section === line)
}

function cellLines(result: RegressionResult, { width }: Page): string[] {
  const labels = labelCells(result.cells)
  const name = (cell: RegressionResult['cells'][number]): string =>
    [labels.agent(cell), labels.arm(cell)]
      .filter((part) => part !== '')
      .map(escapeLine)
      .join(', ') || 'the only cell'
  const isFitted = result.unfitted === null
  const columns: Column[] = [
    { heading: ['cell'], align: 'left' },
    { heading: ['observed'], align: 'left' },
    ...(isFitted ? [{ heading: ['predicted'], align: 'left' } as const] : []),
  ]
  const rows = result.cells.map((cell) => ({
    cells: [
      name(cell),
      observedText(cell),
      ...(isFitted ? [`${predictedText(cell)}${cell.fits === false ? ' !' : ''}`] : []),
    ],
  }))
  const table =
    textTable(columns, rows, { width, gap: 2, indent: 0 }) ??
    rows.flatMap(({ cells: [cell = '', ...rates] }) =>
      hangText(`${cell}: ${rates.join('; ')}`, width, 4),
    )
  return [...wrapText(isFitted ? PREDICTED_RATES : 'Rates as observed.', width), '', ...table]
}

/** So many texts have a line each. */
const WORDINGS_MAX = 12

function spreadLines(
  { spread, wordings, cells, clusters }: RegressionResult,
  { width }: Page,
): string[] {
  if (clusters.by.includes('wording') || wordings.length === 0) return []
  const labels = labelCells(cells)
  const agents = new Set(cells.map(({ agent }) => agent)).size
  const own = wordings.length > 1 && wordings.length <= WORDINGS_MAX && agents > 1
  if (wordings.length === 1) {
    return wrapText('All cells have one text: how much the wording matters cannot be seen.', width)
  }
  return [
    ...wrapText('Rates by wording (a text is all that the agent is told), for each agent:', width),
    ...spread.flatMap((each) =>
      hangText(
        `  ${agents > 1 ? `${escapeLine(labels.agent(each))}: ` : ''}${spreadText(each)}`,
        width,
        4,
      ),
    ),
    ...(own
      ? [
          ...wrapText('For all agents together:', width),
          ...wordings.flatMap((wording) =>
            hangText(
              `  ${wording.wordingHash.slice(0, 12)} ${escapeLine(labels.arm({ arm: wording.arm, preset: null }))}: ${observedText({ ...wording, observed: wording })}`,
              width,
              4,
            ),
          ),
        ]
      : []),
  ]
}
