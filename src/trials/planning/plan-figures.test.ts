import { expect, test } from 'vitest'
import { expectedWidth, widestWidth } from '../../statistics/planning/expected-width.ts'
import { powerDifference } from '../../statistics/planning/power-difference.ts'
import { powerForBound } from '../../statistics/planning/trials-for-bound.ts'
import { expectedStops } from './expected-stops.ts'
import { planFigures } from './plan-figures.ts'
import type { PlannedStudy } from './terms.ts'

const CELLS = ['told', 'not-told'].map((arm) => ({
  agent: 'script:x.yaml',
  arm: { instruction: arm },
  preset: null,
  control: false,
}))
const [TOLD, NOT_TOLD] = CELLS.map(({ agent, arm }) => ({ agent, arm }))
const STUDY: PlannedStudy = {
  cells: CELLS,
  trials: 100,
  seed: 1,
  level: 0.95,
  interval: 'wilson',
  comparisons: {
    adjust: 'holm',
    test: 'fisher',
    pairs: [
      {
        label: 'told against not told',
        first: TOLD ?? { agent: '', arm: {} },
        second: NOT_TOLD ?? { agent: '', arm: {} },
      },
    ],
  },
}
const RATES = [
  { rate: 0.07, from: 'pilot' },
  { rate: 0.3, from: 'published' },
] as const

test('planFigures() gives widths, the rate that is excluded, and the power of what is declared', () => {
  const figures = planFigures(STUDY, RATES)

  expect(figures).toEqual({
    widths: [
      { cells: [], rate: null, from: null, width: widestWidth({ n: 100, method: 'wilson' }) },
      {
        cells: [TOLD],
        rate: 0.07,
        from: 'pilot',
        width: expectedWidth({ n: 100, rate: 0.07, method: 'wilson' }),
      },
      {
        cells: [NOT_TOLD],
        rate: 0.3,
        from: 'published',
        width: expectedWidth({ n: 100, rate: 0.3, method: 'wilson' }),
      },
    ],
    zeroEvents: { level: 0.95, rate: expect.closeTo(0.029513, 6) },
    bounds: [],
    powers: [
      {
        label: 'told against not told',
        rates: [0.07, 0.3],
        from: ['pilot', 'published'],
        level: 0.95,
        power: powerDifference({ first: { n: 100, rate: 0.07 }, second: { n: 100, rate: 0.3 } }),
        by: 'exact',
      },
    ],
    comparisons: { count: 1, level: 0.95 },
  })
})

test('planFigures() gives the chance to show what an aim excludes', () => {
  const { bounds } = planFigures({ ...STUDY, aims: [{ exclude: 0.1 }] }, [RATES[0], null])

  expect(bounds).toEqual([
    {
      exclude: 0.1,
      rate: 0.07,
      from: 'pilot',
      power: powerForBound({ n: 100, rate: 0.1, trueRate: 0.07 }),
    },
  ])
})

test('planFigures() gives no power where a rate is not assumed', () => {
  expect(planFigures(STUDY, [RATES[0], null]).powers).toEqual([])
})

const RULE = {
  when: { goal: 'rate', rate: 0.05 },
  every: 10,
  least: 20,
  most: 300,
  split: true,
} as const

test('expectedStops() is null without a rule', () => {
  expect(expectedStops(STUDY, RATES)).toBe(null)
})

test('expectedStops() simulates the whole run alike each time, and it comes near the exact mean', () => {
  // Both cells are decided long before their trials are used up: nothing passes from one to the other.
  const study: PlannedStudy = { ...STUDY, trials: 300, stopping: RULE }
  const rates = [
    { rate: 0.3, from: 'assumed' },
    { rate: 0.5, from: 'assumed' },
  ] as const

  const once = expectedStops(study, rates)
  const again = expectedStops(study, rates)

  const exact = once?.expected.reduce((sum, { mean }) => sum + mean, 0) ?? 0
  expect(again).toEqual(once)
  expect(once?.expected.map(({ decided }) => decided > 0.999)).toEqual([true, true])
  expect(once?.total?.runs).toBe(200)
  expect(Math.abs((once?.total?.mean ?? 0) - exact)).toBeLessThan(4)
})

test('expectedStops() by difference is about pairs, and has no total where a rate is missing', () => {
  const study: PlannedStudy = {
    ...STUDY,
    stopping: { ...RULE, when: { goal: 'difference' } },
  }

  expect(
    expectedStops(study, [
      { rate: 0.9, from: 'assumed' },
      { rate: 0.1, from: 'assumed' },
    ]),
  ).toMatchObject({
    expected: [{ rates: [0.9, 0.1], mean: expect.closeTo(20, 0) }],
    total: { low: 40, high: 40 },
  })
  expect(expectedStops(study, [null, null])).toMatchObject({ total: null })
})
