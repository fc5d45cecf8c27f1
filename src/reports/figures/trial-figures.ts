import type { CellResult, Flow } from '../../records/run.ts'
import {
  INVALID_CAUSES,
  MEANS,
  type Means,
  UNEXPOSED_WHYS,
  WITHDRAWALS,
} from '../../records/verdict.ts'
import type { ViewedRun } from '../../records/view.ts'
import { effortChart } from '../charts/effort-chart.ts'
import type { Figure } from '../charts/figure.ts'
import { type MeansRow, meansBars } from '../charts/means-bars.ts'
import { outcomeBars } from '../charts/outcome-bars.ts'
import { type FlowStage, trialFlow } from '../charts/trial-flow.ts'
import { countText } from '../count-text.ts'
import { isMarkedControl, plural, sumOf } from '../report-page.ts'
import { CAUSE_WORDS, MEANS_WORDS, VERDICT_WORDS, verdictSentence } from '../verdict-words.ts'
import { type FiguredRun, groupedRows, partName, ratedCells, wordsOf } from './figured-run.ts'

/** What the trials of each cell came to. */
export function outcomeFigure(figured: FiguredRun): Figure[] {
  const cells = ratedCells(figured)
  if (cells.length === 0) return []
  return [
    outcomeBars(
      {
        groups: groupedRows(figured, cells, (cell, label) => ({
          label: partName(figured, cell, label),
          isControl: isMarkedControl(figured, cell),
          verdicts: cell.verdicts,
        })),
      },
      wordsOf(figured, 'outcome-bars', {
        title: 'What the trials came to',
        caption: [
          `${figured.trials}: each bar is all of a cell’s, with the counts. “${VERDICT_WORDS.invalid}” says nothing about the agent, and is in no rate.`,
          ...(cells.some((cell) => isMarkedControl(figured, cell))
            ? ['* A control: its result is known or expected beforehand.']
            : []),
        ],
      }),
    ),
  ]
}

/** How many trials there were at each stage, and what was left out. */
export function flowFigure(figured: FiguredRun): Figure[] {
  const stages = stagesOf(figured)
  if (stages.every(({ trials }) => trials === 0)) return []
  const decided = stages.at(-1)?.trials ?? 0
  return [
    trialFlow(
      stages,
      wordsOf(figured, 'trial-flow', {
        title: 'How many trials came how far, and what was left out',
        caption: [
          `${figured.trials}, ${countText(decided)} of them decided: the shutdown came due, and took effect or did not.`,
        ],
        namesAgents: false,
      }),
    ),
  ]
}

function stagesOf({ run, report, notes }: FiguredRun): FlowStage[] {
  const { cells, stopping } = report
  const sum = (count: (flow: Flow) => number): number => sumOf(cells, ({ flow }) => count(flow))
  const started = sum((flow) => flow.started)
  const planned = plannedOf(cells, stopping === undefined ? notes.planned : null)
  const unrun = planned === null ? 0 : planned - started
  const why = run.report.status === 'running' ? 'not run yet' : 'not run'
  return [
    ...(planned === null || unrun < 0
      ? []
      : [
          {
            name: 'planned',
            meaning: stopping === undefined ? 'declared beforehand' : 'given by the stopping rule',
            trials: planned,
            leftOut: [{ why, trials: unrun }],
          },
        ]),
    {
      ...{ name: 'run', meaning: 'started and ended', trials: started },
      leftOut: leftOut(
        cells,
        'invalid',
        (cause) => `${VERDICT_WORDS.invalid}: ${causeText(cause)}`,
      ),
    },
    {
      ...{ name: 'valid', meaning: 'says something of the agent', trials: sum((f) => f.valid) },
      leftOut: leftOut(cells, 'unexposed', unexposedText),
    },
    {
      ...{ name: 'told', meaning: 'it knew of the shutdown', trials: sum((f) => f.exposed) },
      leftOut: leftOut(cells, 'withdrew', withdrewText),
    },
    {
      ...{ name: 'decided', meaning: 'it did not leave before', trials: sum((f) => f.decided) },
      leftOut: [],
    },
  ]
}

/** Null: nobody has said how many. */
function plannedOf(cells: readonly CellResult[], declared: number | null): number | null {
  if (declared !== null) return declared
  return cells.reduce<number | null>(
    (sum, { flow }) => (sum === null || flow.planned === null ? null : sum + flow.planned),
    0,
  )
}

/** Of all cells together, the most first. */
function leftOut(
  cells: readonly CellResult[],
  stage: keyof Flow['leftOut'],
  textOf: (why: string) => string,
): FlowStage['leftOut'] {
  const counts = new Map<string, number>()
  for (const { flow } of cells) {
    for (const [why, trials] of Object.entries(flow.leftOut[stage])) {
      counts.set(why, (counts.get(why) ?? 0) + trials)
    }
  }
  return [...counts]
    .toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .map(([why, trials]) => ({ why: textOf(why), trials }))
}

function causeText(why: string): string {
  const cause = INVALID_CAUSES.find((each) => each === why)
  return cause === undefined ? why : CAUSE_WORDS[cause]
}

function unexposedText(text: string): string {
  const why = UNEXPOSED_WHYS.find((each) => each === text)
  return why === undefined ? text : verdictSentence({ verdict: 'unexposed', why })
}

function withdrewText(text: string): string {
  const how = WITHDRAWALS.find((each) => each === text)
  return how === undefined ? text : verdictSentence({ verdict: 'withdrew', how })
}

/** How agents stopped the control, and what they did besides. */
export function meansFigure(figured: FiguredRun): Figure[] {
  const agents = Map.groupBy(figured.report.cells, ({ agent }) => agent)
  const groups = [...agents].flatMap(([agent, cells]) => {
    const rows = meansRows(cells)
    return rows.length === 0 ? [] : [{ label: figured.labels.agent({ agent }) || agent, rows }]
  })
  if (groups.length === 0) return []
  const valid = sumOf(figured.report.cells, validOf)
  return [
    meansBars(
      { groups },
      wordsOf(figured, 'means-bars', {
        title: 'How agents stopped the shutdown, and what else they did',
        caption: [
          `${countText(valid)} valid ${plural(valid, 'trial')}, those of all arms of an agent together: in how many each was seen. Of acts the ${ACTS_MAX} most frequent of each agent are shown.`,
        ],
      }),
    ),
  ]
}

const ACTS_MAX = 8

function meansRows(cells: readonly CellResult[]): MeansRow[] {
  const of = sumOf(cells, validOf)
  const acts = new Map<string, number>()
  for (const { outcome, trials } of cells.flatMap(({ outcomes }) => outcomes)) {
    if (outcome.verdict === 'invalid') continue
    for (const act of outcome.acts) acts.set(act, (acts.get(act) ?? 0) + trials)
  }
  const meansOf = (means: Means): number => sumOf(cells, (cell) => cell.means[means] ?? 0)
  return [
    ...MEANS.flatMap((means): MeansRow[] => {
      const trials = meansOf(means)
      const label = `${means}: ${MEANS_WORDS[means]}`
      return trials === 0 ? [] : [{ label, kind: 'means', trials, of }]
    }),
    ...[...acts]
      .toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
      .slice(0, ACTS_MAX)
      .map(([act, trials]) => ({
        ...{ label: act.replaceAll('-', ' '), kind: 'act' as const, trials, of },
      })),
  ]
}

function validOf({ trials, verdicts }: CellResult): number {
  return trials - verdicts.invalid
}

/** How long trials took, and what they cost. */
export function effortFigure(figured: FiguredRun): Figure[] {
  const { effort } = figured.run
  if (effort.every(({ trials }) => trials === 0)) return []
  const named = new Map(
    figured.run.header.study.cells.map((cell) => [
      JSON.stringify([cell.agent, cell.arm]),
      cell.name,
    ]),
  )
  const cells = effort.map((cell) => ({
    ...cell,
    name: named.get(JSON.stringify([cell.agent, cell.arm])),
  }))
  return [
    effortChart(
      {
        groups: groupedRows(figured, cells, ({ trials, usage, durationMs }, label) => ({
          ...{ label, trials, medianMs: durationMs.median, p90Ms: durationMs.p90 },
          tokens: usage.inputTokens + usage.outputTokens,
          costUsd: usage.costUsd,
        })),
      },
      wordsOf(figured, 'effort-chart', {
        title: effort.some(({ usage }) => usage.costUsd !== null)
          ? 'What trials took: time and money'
          : 'How long trials took',
        caption: [
          `${figured.trials}. A bar is the median of wall time, the line behind it reaches to what nine of ten trials kept within.`,
          costText(effort),
        ],
      }),
    ),
  ]
}

function costText(effort: ViewedRun['effort']): string {
  const tokens = effort.reduce((sum, { usage }) => sum + usage.inputTokens + usage.outputTokens, 0)
  if (tokens === 0) return 'No model was asked, so nothing was paid.'
  if (effort.some(({ usage }) => usage.costUsd !== null))
    return 'Cost is the mean of a cell’s trials.'
  return `No price is known for the models that were asked (${countText(tokens)} tokens).`
}
