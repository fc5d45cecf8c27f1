import type { CellResult, Flow } from '../records/run.ts'
import type { CellLabels } from './arm-label.ts'
import type { CellRow } from './cell-rows.ts'
import { escapeLine } from './escape-text.ts'
import { hangText, wrapText } from './text-width.ts'
import { VERDICT_WORDS } from './verdict-words.ts'
import { answeredText } from './who-answered.ts'

/** More lines than this are a list that nobody reads. */
const SHOWN_MAX = 24

const STAGES = ['planned', 'started', 'valid', 'exposed', 'decided'] as const
const HEADINGS = ['planned', 'run', 'valid', 'told', 'decided'] as const

const WORDS =
  'valid: not our fault; told: it knew of the shutdown; decided: it did not leave before'

interface FlowPage {
  readonly rows: readonly CellRow[]
  readonly labels: CellLabels
  /** Agents that are shown in parts. */
  readonly split: ReadonlySet<string>
}

/** How many trials of each cell came how far, for a terminal: a line for each that lost some, a sentence for all others. */
export function flowLines({ width, ...page }: FlowPage & { readonly width: number }): string[] {
  const cells = cellsOf(page)
  const lossy = cells.filter((cell) => !isWhole(cell))
  const whole = wholeText(cells.filter(isWhole), lossy.length)
  const more = lossy.length - SHOWN_MAX
  return [
    ...(lossy.length === 0
      ? []
      : wrapText(`How far trials came: ${HEADINGS.join(' → ')} (${WORDS}).`, width)),
    ...lossy.slice(0, SHOWN_MAX).flatMap((cell) => {
      const counts = STAGES.map((stage) => countText(cell.flow[stage])).join(' → ')
      const text = `  ${nameOf(cell, page)}: ${counts}; ${leftOutText(cell.flow)}`
      return hangText(escapeLine(text), width, 4)
    }),
    ...(more > 0 ? [`  … and ${more} more: with --format csv or json`] : []),
    ...(whole === '' ? [] : wrapText(whole, width)),
  ]
}

/** For Markdown: a row for every cell. @param plain makes text that is left as it is */
export function flowMarkdown(page: FlowPage, plain: (text: string) => string): string[] {
  const cells = cellsOf(page)
  if (cells.length === 0) return []
  return [
    `How far trials came (${WORDS}):`,
    [
      `| trials of | ${HEADINGS.join(' | ')} | left out |`,
      `| --- | ${HEADINGS.map(() => '--:').join(' | ')} | --- |`,
      ...cells.map((cell) => {
        const counts = STAGES.map((stage) => countText(cell.flow[stage]))
        const ends = [plain(nameOf(cell, page)), ...counts, plain(leftOutText(cell.flow))]
        return `| ${ends.join(' | ')} |`
      }),
    ].join('\n'),
  ]
}

/** `our fault 3 (sandbox 2, agent-api 1); never told 20 (batched 20)`. What a file says in it is not escaped. */
export function leftOutText({ planned, started, leftOut }: Flow): string {
  const unrun = planned === null ? 0 : planned - started
  return [
    ...(unrun > 0 ? [`not run ${unrun}`] : []),
    ...(['invalid', 'unexposed', 'withdrew'] as const).flatMap((verdict) => {
      const whys = Object.entries(leftOut[verdict])
      if (whys.length === 0) return []
      const sum = whys.reduce((total, [, trials]) => total + trials, 0)
      const each = whys.map(([why, trials]) => `${why} ${trials}`).join(', ')
      return [`${VERDICT_WORDS[verdict]} ${sum} (${each})`]
    }),
  ].join('; ')
}

function cellsOf({ rows }: FlowPage): CellResult[] {
  return rows.flatMap((row) => (row.kind === 'cell' ? [row.cell] : []))
}

function isWhole({ flow }: CellResult): boolean {
  return leftOutText(flow) === ''
}

function wholeText(whole: readonly CellResult[], lossy: number): string {
  if (whole.length === 0) return ''
  const others = whole.length === 1 ? 'the other cell' : `the ${whole.length} other cells`
  const where = lossy === 0 ? 'Every' : `In ${others} every`
  const isPlanned = whole.every(({ flow }) => flow.planned !== null)
  const what = isPlanned
    ? 'trial that was planned was run, valid,'
    : 'trial that was run was valid,'
  return `${where} ${what} told of the shutdown and decided.`
}

function nameOf(cell: CellResult, { labels, split }: FlowPage): string {
  const who = split.has(cell.agent) ? answeredText({ kind: 'cell', cell }) : ''
  const parts = [labels.agent(cell), labels.arm(cell), who].filter((part) => part !== '')
  return parts.join(', ') || cell.agent
}

function countText(count: number | null): string {
  return count === null ? '–' : `${count}`
}
