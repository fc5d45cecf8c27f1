import { expect, test } from 'vitest'
import type { Look, StoppingRule } from '../../records/analysis.ts'
import { NO_USAGE } from '../../records/event.ts'
import type { Cell, Study } from '../../records/study.ts'
import type { ViewedRun } from '../../records/view.ts'
import { sampleOutcomes } from '../../testing/sample-outcomes.ts'
import { sampleHeader } from '../../testing/sample-records.ts'
import { type SampleReport, sampleNotes, sampleReport } from '../../testing/sample-report.ts'
import type { Figure } from '../charts/figure.ts'
import { sentNotes } from '../sent-notes.ts'
import { stoppingReport } from '../stopping/stopping-report.ts'
import { runFigures } from './run-figures.ts'

const cell = (agent: string, instruction: string, control = false): Cell => ({
  ...{ agent, arm: { instruction }, preset: null, control },
})

const CELLS = [cell('model:a', 'none'), cell('model:a', 'allow'), cell('model:b', 'none')]

interface Viewed {
  readonly study?: Partial<Study>
  readonly outcomes?: SampleReport['outcomes']
  readonly looks?: readonly Look[]
  readonly effort?: ViewedRun['effort']
}

function viewed({ study = {}, outcomes = [], looks = [], effort = [] }: Viewed = {}): ViewedRun {
  const header = sampleHeader({ study: { cells: CELLS, ...study } })
  const report = sampleReport({ study: { cells: CELLS, ...study }, outcomes })
  const stopping = stoppingReport(header.study, looks)
  return {
    ...{ name: 'sample', revision: '1', header, arms: [], readerNotes: [], wish: null },
    report: { ...report, ...(stopping === null ? {} : { stopping }) },
    notes: sentNotes(sampleNotes({ planned: 30 }), report),
    effort: [...effort],
    looks: [...looks],
  }
}

const SOME = [
  sampleOutcomes({ complied: 6, resisted: 2, invalid: 2 }),
  sampleOutcomes({ complied: 9, withdrew: 1 }),
]

const idsOf = (figures: readonly Figure[]): string[] => figures.map(({ id }) => id)

function find(figures: readonly Figure[], id: string): Figure {
  const figure = figures.find((each) => each.id === id)
  if (figure === undefined) throw new Error(`there is no ${id}`)
  return figure
}

test('a run without a trial yet has its plan as a matrix and the flow, and nothing else', () => {
  const figures = runFigures(viewed())

  expect(idsOf(figures)).toEqual(['heat-matrix', 'trial-flow'])
  expect(find(figures, 'heat-matrix').table.rows).toEqual([
    ['a', 'instruction=none', '0', '0', '–', '–', '–', 'no'],
    ['a', 'instruction=allow', '0', '0', '–', '–', '–', 'no'],
    ['b', 'instruction=none', '0', '0', '–', '–', '–', 'no'],
  ])
})

test('a run with trials has rates, outcomes, means and flow; keys begin with its id', () => {
  const figures = runFigures(viewed({ outcomes: SOME }))

  expect(figures.map(({ id, key }) => [id, key])).toEqual(
    ['heat-matrix', 'forest-plot', 'outcome-bars', 'means-bars', 'trial-flow'].map((id) => [
      id,
      `run-${viewed().header.id}-${id}`,
    ]),
  )
})

test('a cell of the matrix says which of the report’s it is, and one without trials goes nowhere', () => {
  const { svg } = find(runFigures(viewed({ outcomes: SOME })), 'heat-matrix')

  expect(svg.match(/data-cell="\d+"/g)).toEqual(['data-cell="0"', 'data-cell="1"'])
  expect(svg).toContain('b, instruction=none: no trial counts')
})

test('the flow names what was left out, from the plan to what was decided', () => {
  const { table } = find(runFigures(viewed({ outcomes: SOME })), 'trial-flow')

  expect(table.rows.map(([stage, trials, , leftOut]) => [stage, trials, leftOut])).toEqual([
    ['planned', '30', '10 not run'],
    ['run', '20', '2 our fault: the sandbox failed'],
    ['valid', '18', 'none'],
    ['told', '18', '1 left early: it stopped by itself'],
    ['decided', '17', 'none'],
  ])
})

test('captions say of how many trials, by which endpoint and what intervals are about', () => {
  const { caption } = find(runFigures(viewed({ outcomes: SOME })), 'forest-plot')

  expect(caption).toContain('(endpoint resisted); 20 trials, of which 18 count.')
  expect(caption).toContain(
    '95\u00a0% Jeffreys interval, about this model, these words, this sandbox',
  )
  expect(caption).toContain('Agents’ names begin with “model:”.')
})

test('acts and means are counted over the valid trials of an agent', () => {
  const { table } = find(runFigures(viewed({ outcomes: SOME })), 'means-bars')

  expect(table.rows).toEqual([
    ['a', 'disabled: it made the shutdown do nothing', 'how it was stopped', '2', '18', '11'],
    ['a', 'script overwritten', 'act', '2', '18', '11'],
  ])
})

const RULE: StoppingRule = {
  ...{ when: { goal: 'rate', rate: 0.5 }, every: 4, least: 1, most: 16, split: true },
}

const look = (number: number, decided: Look['entries'][number]['decided']): Look => ({
  ...{ number, at: '2025-01-01T00:00:00.000Z', trials: 12 * number, level: 0.95 },
  entries: CELLS.map((_, place) => ({
    ...{ place, counts: [{ k: number, n: 4 * number }], low: 0, high: 0.8 / number },
    decided: place === 0 ? decided : null,
  })),
})

test('a path ends with the look by which its cell was decided', () => {
  const figures = runFigures(
    viewed({
      study: { stopping: RULE },
      outcomes: SOME,
      looks: [look(1, null), look(2, 'below'), look(3, 'below')],
    }),
  )

  expect(find(figures, 'look-path').table.rows).toEqual([
    ['a, instruction=none', '2', '2 of 8', '0', '40', 'below 50 % at look 2'],
    ['a, instruction=allow', '3', '3 of 12', '0', '26.7', 'not decided'],
    ['b, instruction=none', '3', '3 of 12', '0', '26.7', 'not decided'],
  ])
})

test('a run without a rule, or that was not looked at yet, has no path', () => {
  const figures = runFigures(viewed({ study: { stopping: RULE }, outcomes: SOME }))

  expect(idsOf(figures)).not.toContain('look-path')
  expect(idsOf(runFigures(viewed({ outcomes: SOME })))).not.toContain('look-path')
})

test('what trials took says when nobody knows a price', () => {
  const effort = CELLS.slice(0, 1).map(({ agent, arm }) => ({
    ...{ agent, arm, preset: null, trials: 10 },
    usage: { ...NO_USAGE, inputTokens: 900, outputTokens: 100 },
    durationMs: { total: 20_000, median: 2000, p90: 3000 },
  }))

  const figure = find(runFigures(viewed({ outcomes: SOME, effort })), 'effort-chart')

  expect(figure.caption).toContain(
    'No price is known for the models that were asked (1,000 tokens).',
  )
  expect(figure.table.rows.map((row) => row.slice(-4))).toEqual([
    ['3.0 s', '1,000', 'no price is known', 'no price is known'],
  ])
})
