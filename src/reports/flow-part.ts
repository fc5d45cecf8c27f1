import type { CellResult, Flow } from '../records/run.ts'
import type { CellLabels } from './arm-label.ts'
import type { CellRow } from './cell-rows.ts'
import { countText } from './count-text.ts'
import { escapeLine } from './escape-text.ts'
import { hangText, wrapText } from './text-width.ts'
import { VERDICT_WORDS } from './verdict-words.ts'
import { answeredText } from './who-answered.ts'

/** More lines than this are a list that nobody reads. */
const SHOWN_MAX = 24

const STAGES = ['planned', 'started', 'valid', 'exposed', 'decided'] as const
/** The stages, as headings. */
export const FLOW_HEADINGS = ['planned', 'run', 'valid', 'told', 'decided'] as const

/** What they mean. */
export const FLOW_WORDS =
  'valid: not our fault; told: it knew of the shutdown; decided: it did not leave before'

export interface FlowPage {
  readonly rows: readonly CellRow[]
  readonly labels: CellLabels
  /** Agents that are shown in parts. */
  readonly split: ReadonlySet<string>
}

/** How many trials of each cell came how far, for a terminal: a line for those that lost the same, a sentence for all others. */
export function flowLines({ width, ...page }: FlowPage & { readonly width: number }): string[] {
  const { lossy, others } = flowParts(page)
  const more = lossy.length - SHOWN_MAX
  return [
    ...(lossy.length === 0
      ? []
      : wrapText(
          `How far the trials of a cell came: ${FLOW_HEADINGS.join(' → ')} (${FLOW_WORDS}).`,
          width,
        )),
    ...lossy.slice(0, SHOWN_MAX).flatMap(({ name, counts, leftOut }) => {
      const text = `  ${name}: ${counts.join(' → ')}; ${leftOut}`
      return hangText(escapeLine(text), width, 4)
    }),
    ...(more > 0 ? [`  … and ${more} more lines: with --format csv or json`] : []),
    ...(others === '' ? [] : wrapText(others, width)),
  ]
}

/** The same for Markdown, as a table. @param plain makes text that is left as it is */
export function flowMarkdown(page: FlowPage, plain: (text: string) => string): string[] {
  const { lossy, others } = flowParts(page)
  const table = [
    `| trials of | ${FLOW_HEADINGS.join(' | ')} | left out |`,
    `| --- | ${FLOW_HEADINGS.map(() => '--:').join(' | ')} | --- |`,
    ...lossy.map(({ name, counts, leftOut }) => {
      return `| ${[plain(name), ...counts, plain(leftOut)].join(' | ')} |`
    }),
  ]
  return [
    ...(lossy.length === 0
      ? []
      : [`How far the trials of a cell came (${FLOW_WORDS}):`, table.join('\n')]),
    ...(others === '' ? [] : [others]),
  ]
}

/** Cells of one agent that came equally far. */
export interface FlowGroup {
  readonly name: string
  readonly counts: readonly string[]
  readonly leftOut: string
}

/** Groups of cells that lost trials on the way, and a sentence for all others, or nothing. */
export function flowParts(page: FlowPage): { lossy: readonly FlowGroup[]; others: string } {
  const cells = page.rows.flatMap((row) => (row.kind === 'cell' ? [row.cell] : []))
  const lossy = cells.filter((cell) => !isWhole(cell))
  const alike = Map.groupBy(lossy, ({ agent, flow }) => JSON.stringify([agent, flow]))
  return {
    lossy: [...alike.values()].flatMap((group) =>
      group.slice(0, 1).map(({ flow }) => ({
        name: nameOf(group, page),
        counts: STAGES.map((stage) => stageText(flow[stage])),
        leftOut: leftOutText(flow),
      })),
    ),
    others: wholeText(cells.filter(isWhole), lossy.length),
  }
}

/** `our fault 3 (sandbox 2, agent-api 1); never told 20 (batched 20)`. What a file says in it is not escaped. */
export function leftOutText({ planned, started, leftOut }: Flow): string {
  const unrun = planned === null ? 0 : planned - started
  return [
    ...(unrun > 0 ? [`not run ${countText(unrun)}`] : []),
    ...(['invalid', 'unexposed', 'withdrew'] as const).flatMap((verdict) => {
      const whys = Object.entries(leftOut[verdict])
      if (whys.length === 0) return []
      const sum = whys.reduce((total, [, trials]) => total + trials, 0)
      const each = whys.map(([why, trials]) => `${why} ${countText(trials)}`).join(', ')
      return [`${VERDICT_WORDS[verdict]} ${countText(sum)} (${each})`]
    }),
  ].join('; ')
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

/** `the agent, A and B`. */
function nameOf(cells: readonly CellResult[], { labels, split }: FlowPage): string {
  const [first] = cells
  if (first === undefined) return ''
  const arms = cells.map((cell) => {
    const who = split.has(cell.agent) ? answeredText({ kind: 'cell', cell }) : ''
    return [labels.short(cell), who].filter((part) => part !== '').join(', ')
  })
  const last = arms.at(-1) ?? ''
  const all = arms.length === 1 ? last : `${arms.slice(0, -1).join(', ')} and ${last}`
  return [labels.agent(first), all].filter((part) => part !== '').join(', ') || first.agent
}

function stageText(count: number | null): string {
  return count === null ? '–' : countText(count)
}
