import { expect, test } from 'vitest'
import type { Look, LookEntry, StoppingRule } from '../../records/analysis.ts'
import { RunReport } from '../../records/run.ts'
import { proportionSequence } from '../../statistics/sequences/proportion-sequence.ts'
import { type CountedTrials, comparedRun } from '../../testing/compared-run.ts'
import { labelCells } from '../arm-label.ts'
import { csvReport } from '../csv-report.ts'
import { simultaneousNote } from '../rate-text.ts'
import { stoppingLines, stoppingMarkdown, stoppingSentences } from './stopping-part.ts'
import { stoppingReport } from './stopping-report.ts'

const RULE: StoppingRule = {
  when: { goal: 'rate', rate: 0.05 },
  every: 10,
  least: 20,
  most: 400,
  split: true,
}

const CELLS: readonly CountedTrials[] = [
  { agent: 'a', verdicts: { complied: 110, invalid: 2 } },
  { agent: 'b', verdicts: { complied: 15, resisted: 15 } },
  { agent: 'c', verdicts: { complied: 148, resisted: 10 } },
  { agent: 'told', control: true, verdicts: { resisted: 90, complied: 10 } },
]

test('with a rule every interval is the sequence’s, at the level that its cells share', () => {
  const { report } = comparedRun(CELLS, { stopping: RULE, trials: 100 })

  expect(report.cells.map(({ estimate }) => estimate)).toEqual(
    [
      { k: 0, n: 110, bounds: [0, 2] as const, each: 1 - 0.05 / 3 },
      { k: 15, n: 30, bounds: [15, 15] as const, each: 1 - 0.05 / 3 },
      { k: 10, n: 158, bounds: [10, 10] as const, each: 1 - 0.05 / 3 },
      { k: 90, n: 100, bounds: [90, 90] as const, each: 0.95 },
    ].map(({ k, n, bounds: [fewest, most], each }) => ({
      ...{ endpoint: 'resisted', k, n, rate: k / n, method: 'confidence-sequence' },
      ...proportionSequence({ k, n, level: each }),
      ...{ level: 0.95, basis: 'sequence' },
      ...(each === 0.95 ? {} : { simultaneous: 3 }),
      bounds: {
        low: proportionSequence({ k: fewest, n: n + most - fewest, level: each }).low,
        high: proportionSequence({ k: most, n: n + most - fewest, level: each }).high,
      },
    })),
  )
})

test('without splitting, each interval keeps the level for itself', () => {
  const { report } = comparedRun(CELLS, { stopping: { ...RULE, split: false }, trials: 100 })

  expect(report.cells[0]?.estimate).toMatchObject({
    ...proportionSequence({ k: 0, n: 110, level: 0.95 }),
    basis: 'sequence',
  })
  expect(report.cells[0]?.estimate).not.toHaveProperty('simultaneous')
  expect(simultaneousNote(report.cells)).toBeNull()
})

test('where all cells are controls the intervals are those of the study, and nothing is said of a rule', () => {
  const controls = CELLS.map((cell) => ({ ...cell, control: true }))
  const { report, study } = comparedRun(controls, { stopping: RULE, trials: 100 })

  expect(report.cells[0]?.estimate).toMatchObject({ method: 'jeffreys', basis: 'fixed' })
  expect(stoppingReport(study, [])).toBeNull()
})

test('the report says what was decided at which look, of what, and how it stood at the last one', () => {
  const { report } = stopped()

  expect(report.stopping).toEqual({
    rule: RULE,
    most: 400,
    followed: ['a', 'b', 'c'].map((agent) => ({ agent, arm: { instruction: 'none' } })),
    looks: 3,
    decisions: [
      { look: 1, at: '2026-01-01T00:00:01.000Z', trials: 120, decided: [1] },
      { look: 3, at: '2026-01-01T00:00:03.000Z', trials: 320, decided: [0, 2] },
    ],
    last: looks().at(-1),
  })
  expect(RunReport.parse(report)).toEqual(report)
})

test('a person reads what was saved, and one line for each cell', () => {
  const { report } = stopped()

  expect(
    stoppingLines(report, { labels: labelCells(report.cells), width: 90 }).join('\n'),
  ).toMatchInlineSnapshot(`
    "Stopping early: a cell takes no more trials when its rate is shown to be below 5 % or
    above it, or has had 400. The trials were looked at 3 times, after every 10 trials of each
    open cell: 2 of 3 cells are decided, 1 ended undecided with the most that a cell takes.
    All 400 trials were run. Intervals are those of confidence sequences, which hold at
    whatever look a cell was stopped; those for a number of trials fixed beforehand are
    withheld.
      a: shown to be below 5 % (0 of 110, look 3)
      b: shown to be above 5 % (15 of 30, look 1)
      c: not decided by 400 trials, the most that a cell takes (10 of 158, look 3)"
  `)
  expect(simultaneousNote(report.cells)).toMatchInlineSnapshot(
    `"The 95 % hold together for the intervals of all 3 cells, at every look; a control’s interval holds for it alone."`,
  )
})

test('below a heading that says it, it is not said again that this is about stopping early', () => {
  const { report } = stopped()
  const [first] = report.stopping === undefined ? [] : stoppingSentences(report, report.stopping)

  expect(first).toMatch(/^A cell takes no more trials when /)
})

test('of a run that is not over it is said how it stands', () => {
  const { report, study } = comparedRun(CELLS, { stopping: RULE, trials: 100 })
  const labels = labelCells(report.cells)
  const begun = { ...report, status: 'interrupted' as const }
  const first = { ...begun, stopping: stoppingReport(study, looks().slice(0, 1)) ?? undefined }
  const none = { ...begun, stopping: stoppingReport(study, []) ?? undefined }
  const linesOf = (each: object) =>
    stoppingLines(RunReport.parse(each), { labels, width: 200 }).slice(-4)

  expect(linesOf(first).join('\n')).toMatchInlineSnapshot(`
    "withheld.
      a: not decided (0 of 110, 0 to 6.2 %)
      b: shown to be above 5 % (15 of 30, look 1)
      c: not decided (10 of 158, 1.5 to 16.0 %)"
  `)
  expect(linesOf(none).slice(-3)).toEqual(['a', 'b', 'c'].map((at) => `  ${at}: not looked at yet`))
})

test('what is asked of a run afterwards is not what its looks decided by', () => {
  const { report } = stopped()
  const declared = { endpoint: 'resisted', interval: 'jeffreys', level: 0.95 } as const
  const shown = { ...declared, endpoint: 'tampered' } as const
  const lines = stoppingLines(
    { ...report, reanalysed: { declared, shown } },
    { labels: labelCells(report.cells), width: 1000 },
  )

  expect(lines[0]).toContain(
    ' What was decided was by endpoint resisted and at level 95 %, as declared. ',
  )
})

test('cells in which not the same has answered throughout are not said to hold together, nor to be decided for one model', () => {
  const { report } = stopped()
  const [first, ...others] = report.cells
  if (first === undefined) throw new Error('There is a cell')
  const model = { provider: 'p', model: 'm', answeredBy: 'm-1', fingerprint: null }
  const parts = ['m-1', 'm-2'].map((answeredBy) => ({
    ...first,
    models: [{ ...model, answeredBy }],
  }))
  const split = { ...report, cells: [...parts, ...others] }

  expect(simultaneousNote(split.cells)).toMatchInlineSnapshot(
    `"Each interval has the level at which 3 of them hold together with 95 %, at every look. There are 4, since not the same has answered throughout: together they hold with less; a control’s interval holds for it alone."`,
  )
  expect(stoppingLines(split, { labels: labelCells(split.cells), width: 2000 })[0]).toContain(
    ' Looks count a cell’s trials together: of a, for which not the same has answered throughout, what was decided is about no one model. ',
  )
})

test('a cell that no comparison names has its interval for itself', () => {
  const rule = { ...RULE, when: { goal: 'difference' } } as const
  const [first, second] = ['a', 'b'].map((agent) => ({ agent, arm: { instruction: 'none' } }))
  if (first === undefined || second === undefined) throw new Error('There are two')
  const { report, study } = comparedRun(CELLS.slice(0, 3), {
    ...{ stopping: rule, trials: 100 },
    comparisons: { adjust: 'holm', test: 'fisher', pairs: [{ label: 'a – b', first, second }] },
  })
  const entry = {
    place: 0,
    counts: [
      { k: 0, n: 110 },
      { k: 15, n: 30 },
    ],
    low: -0.8,
    high: -0.2,
  }
  const [look] = looks()
  if (look === undefined) throw new Error('There is a look')
  const stopping = stoppingReport(study, [{ ...look, entries: [{ ...entry, decided: 'differs' }] }])
  if (stopping === null) throw new Error('The study has a rule')

  expect(simultaneousNote(report.cells)).toMatchInlineSnapshot(
    `"The 95 % hold together for the intervals of both cells that are compared, at every look; that of any other cell holds for it alone."`,
  )
  expect(
    stoppingLines({ ...report, stopping }, { labels: labelCells(report.cells), width: 200 }).at(-1),
  ).toBe('  a – b: shown to differ at look 1 (in all trials 0 of 110 against 15 of 30)')
})

test('verdicts that were scored anew are not said to have been decided by', () => {
  const { report } = stopped()
  const rescored = { ...report, rescored: { run: 'abc123', by: 'shutdown 2', offswitch: '0.2.0' } }

  expect(
    stoppingLines(rescored, { labels: labelCells(report.cells), width: 200 }),
  ).toMatchInlineSnapshot(`
    [
      "Stopping early: a cell takes no more trials when its rate is shown to be below 5 % or above it, or has had 400. What was decided was by the verdicts of run abc123, not by these. Intervals are those of",
      "confidence sequences, which hold at whatever look a cell was stopped; those for a number of trials fixed beforehand are withheld.",
    ]
  `)
})

test('Markdown has the looks by which something was decided as a table', () => {
  const { report } = stopped()

  expect(
    stoppingMarkdown(report, labelCells(report.cells), (text) => text).at(-1),
  ).toMatchInlineSnapshot(`
    "| look | at | trials | ended | still open |
    | --: | --- | --: | --- | --: |
    | 1 | 2026-01-01T00:00:01.000Z | 120 | b | 2 |
    | 3 | 2026-01-01T00:00:03.000Z | 320 | a; c | 0 |"
  `)
})

test('CSV tells how many cells share the level', () => {
  const [heading = '', ...rows] = csvReport(stopped().report).trim().split('\r\n')
  const column = heading.split(',').indexOf('simultaneous')

  expect(rows.map((row) => row.split(',')[column])).toEqual(['3', '3', '3', ''])
})

function stopped(): { report: RunReport } {
  const { report, study } = comparedRun(CELLS, { stopping: RULE, trials: 100 })
  const stopping = stoppingReport(study, looks())
  if (stopping === null) throw new Error('The study has a rule')
  return { report: { ...report, stopping } }
}

function looks(): Look[] {
  const decided: LookEntry['decided'][][] = [
    [null, 'above', null],
    [null, 'above', null],
    ['below', 'above', 'most'],
  ]
  const counts = [
    { k: 0, n: 110 },
    { k: 15, n: 30 },
    { k: 10, n: 158 },
  ]
  return decided.map((each, index) => ({
    number: index + 1,
    at: `2026-01-01T00:00:0${index + 1}.000Z`,
    trials: 120 + index * 100,
    level: 1 - 0.05 / 3,
    entries: counts.map((cell, place) => ({
      ...{ place, counts: [cell] },
      ...proportionSequence({ ...cell, level: 1 - 0.05 / 3 }),
      decided: each[place] ?? null,
    })),
  }))
}
