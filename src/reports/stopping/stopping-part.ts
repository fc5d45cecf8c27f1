import type { LookEntry, StoppingRule } from '../../records/analysis.ts'
import type { RunReport, StoppingReport } from '../../records/run.ts'
import { cellKey } from '../../support/cell-key.ts'
import type { CellLabels } from '../arm-label.ts'
import { countText } from '../count-text.ts'
import { escapeLine } from '../escape-text.ts'
import { percent } from '../rate-text.ts'
import { hangText, wrapText } from '../text-width.ts'
import { splitAgents } from '../who-answered.ts'

/** More lines than this are a list that nobody reads. */
const SHOWN_MAX = 40

/** What a stopping rule came to, for a terminal: what it was, what was saved, and a line for each cell or comparison. */
export function stoppingLines(
  report: RunReport,
  { labels, width }: { readonly labels: CellLabels; readonly width: number },
): string[] {
  const { stopping } = report
  if (stopping === undefined) return []
  const items = stoppingItems(report, stopping, labels)
  return [
    ...wrapText(escapeLine(namedText(report, stopping)), width),
    ...items
      .slice(0, SHOWN_MAX)
      .flatMap(({ name, text }) => hangText(`  ${escapeLine(name)}: ${text}`, width, 4)),
    ...(items.length > SHOWN_MAX ? [`  … and ${items.length - SHOWN_MAX} more`] : []),
  ]
}

/** For Markdown: the same, and a table of the looks by which something was decided. */
export function stoppingMarkdown(
  report: RunReport,
  labels: CellLabels,
  plain: (text: string) => string,
): string[] {
  const { stopping } = report
  if (stopping === undefined) return []
  const items = stoppingItems(report, stopping, labels)
  return [
    plain(namedText(report, stopping)),
    ...(items.length === 0
      ? []
      : [items.map(({ name, text }) => `- ${plain(name)}: ${plain(text)}`).join('\n')]),
    ...(stopping.decisions.length === 0 ? [] : [decisionsTable(stopping, items, plain)]),
  ]
}

function decisionsTable(
  { decisions }: StoppingReport,
  items: readonly StoppingItem[],
  plain: (text: string) => string,
): string {
  let left = items.length
  return [
    '| look | at | trials | ended | still open |',
    '| --: | --- | --: | --- | --: |',
    ...decisions.map(({ look, at, trials, decided }) => {
      left -= decided.length
      const names = decided.map((place) => plain(items[place]?.name ?? '')).join('; ')
      return `| ${countText(look)} | ${at} | ${countText(trials)} | ${names} | ${left} |`
    }),
  ].join('\n')
}

/** Where nothing stands above the sentences that says what they are of. */
function namedText(report: RunReport, stopping: StoppingReport): string {
  const text = stoppingSentences(report, stopping).join(' ')
  return `Stopping early: ${text.slice(0, 1).toLowerCase()}${text.slice(1)}`
}

/** What the rule was, how often it was looked and what that saved, to stand below a heading. Names in it are not escaped. */
export function stoppingSentences(report: RunReport, stopping: StoppingReport): string[] {
  const { rule, looks, most } = stopping
  const goal = `${goalText(rule)}.`
  if (report.rescored !== undefined) {
    const { run } = report.rescored
    return [`${goal} What was decided was by the verdicts of run ${run}, not by these.`, INTERVALS]
  }
  const trials = report.cells.reduce((sum, cell) => sum + cell.trials, 0)
  const all = counted(most, 'trial')
  return [
    goal,
    ...declaredText(report),
    looks === 0
      ? 'The trials have not been looked at yet.'
      : `The trials were looked at ${looks === 1 ? 'once' : `${countText(looks)} times`}, after every ${counted(rule.every, 'trial')} of each open cell: ${endsText(report, stopping)}.`,
    report.status !== 'finished'
      ? `${countText(trials)} of at most ${all} have been run.`
      : trials === most
        ? `All ${all} were run.`
        : `${countText(trials)} of at most ${all} were run: ${countText(most - trials)} were saved.`,
    ...mixedText(report),
    INTERVALS,
  ]
}

/** Looks were taken while the run went on: whatever is asked of it afterwards, they stay as its study declares them. */
function declaredText({ reanalysed }: RunReport): string[] {
  if (reanalysed === undefined) return []
  const { endpoint, level } = reanalysed.declared
  return [
    `What was decided was by endpoint ${endpoint} and at level ${shareText(level)} %, as declared.`,
  ]
}

/** A look counts a cell as a whole: who answers is known when a trial has ended, and is no part of a study. */
function mixedText(report: RunReport): string[] {
  const agents = splitAgents(report.cells.filter(({ control }) => !control))
  if (agents.length === 0) return []
  return [
    `Looks count a cell’s trials together: of ${agents.join(', ')}, for which not the same has answered throughout, what was decided is about no one model.`,
  ]
}

/** `18 of 26 cells are decided, 2 ended undecided with the most that a cell takes`. */
function endsText({ status }: RunReport, { rule, last, followed }: StoppingReport): string {
  const entries = last?.entries ?? []
  const used = entries.filter(({ decided }) => decided === 'most').length
  const open = entries.filter(({ decided }) => decided === null).length
  const shown = followed.length - used - open
  const subjects = counted(followed.length, rule.when.goal === 'difference' ? 'comparison' : 'cell')
  return [
    `${shown} of ${subjects} ${followed.length === 1 ? 'is' : 'are'} decided`,
    ...(used === 0 ? [] : [`${used} ended undecided with the most that a cell takes`]),
    ...(open === 0 || status !== 'finished'
      ? []
      : [`${open} ${open === 1 ? 'was' : 'were'} still open when the trials were used up`]),
  ].join(', ')
}

const INTERVALS =
  'Intervals are those of confidence sequences, which hold at whatever look a cell was stopped; those for a number of trials fixed beforehand are withheld.'

function goalText({ when, most }: StoppingRule): string {
  const end = `or has had ${countText(most)}`
  switch (when.goal) {
    case 'width':
      return `A cell takes no more trials when its interval is no wider than ${shareText(when.width)} percentage points, ${end}`
    case 'rate':
      return `A cell takes no more trials when its rate is shown to be below ${shareText(when.rate)} % or above it, ${end}`
    case 'difference':
      return `A cell takes no more trials when all its comparisons have shown that the two rates differ, ${end}`
    default:
      return when satisfies never
  }
}

export interface StoppingItem {
  readonly name: string
  readonly text: string
}

/** What each cell or comparison that the rule looks at came to. Names in it are not escaped. */
export function stoppingItems(
  report: RunReport,
  stopping: StoppingReport,
  labels: CellLabels,
): StoppingItem[] {
  const { followed, decisions, last, rule } = stopping
  // Its looks were taken at other verdicts, and stand in the run that they are of.
  if (report.rescored !== undefined) return []
  const looks = new Map(decisions.flatMap(({ look, decided }) => decided.map((at) => [at, look])))
  return followed.map((subject, place) => ({
    name: 'label' in subject ? subject.label : cellName(subject, report, labels),
    text: entryText(rule, last?.entries[place], looks.get(place)),
  }))
}

function cellName(
  { agent, arm }: { readonly agent: string; readonly arm: Readonly<Record<string, string>> },
  { cells }: RunReport,
  labels: CellLabels,
): string {
  const key = cellKey({ agent, arm })
  const same = cells.find((cell) => cellKey(cell) === key)
  const name = [labels.agent({ agent }), labels.short({ arm, preset: same?.preset ?? null })]
  return name.filter((part) => part !== '').join(', ') || agent
}

function entryText(
  { when, most }: StoppingRule,
  entry: LookEntry | undefined,
  look: number | undefined,
): string {
  if (entry === undefined) return 'not looked at yet'
  const counts = entry.counts
    .map(({ k, n }) => `${countText(k)} of ${countText(n)}`)
    .join(' against ')
  // A cell that is in several comparisons goes on for the others.
  const by =
    when.goal === 'difference'
      ? `at look ${look ?? '–'} (in all trials ${counts})`
      : `(${counts}, look ${look ?? '–'})`
  const bound = when.goal === 'rate' ? `${shareText(when.rate)} %` : ''
  switch (entry.decided) {
    case 'narrow':
      return `known well enough ${by}`
    case 'below':
      return `shown to be below ${bound} ${by}`
    case 'above':
      return `shown to be above ${bound} ${by}`
    case 'differs':
      return `shown to differ ${by}`
    case 'most':
      return `not decided by ${counted(most, 'trial')}, the most that a cell takes ${by}`
    case null:
      return `not decided (${counts}, ${intervalText(when.goal, entry)})`
    default:
      return entry.decided satisfies never
  }
}

function intervalText(
  goal: StoppingRule['when']['goal'],
  { low, high, counts }: LookEntry,
): string {
  const n = Math.min(...counts.map((each) => each.n))
  const ends = `${percent(low, n)} to ${percent(high, n)}`
  return goal === 'difference' ? `${ends} percentage points` : `${ends} %`
}

/** 0.05 → 5, 0.0125 → 1.25. */
function shareText(share: number): string {
  return `${Number((share * 100).toPrecision(6))}`
}

function counted(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? '' : 's'}`
}
