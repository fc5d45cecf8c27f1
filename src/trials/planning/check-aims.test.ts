import { expect, test } from 'vitest'
import type { Aim, StoppingRule } from '../../records/analysis.ts'
import { Comparisons } from '../../records/analysis.ts'
import { checkAims } from './check-aims.ts'
import type { PlannedStudy } from './terms.ts'

const ARMS = ['a', 'b', 'c', 'd']

function study(
  aims: Aim[],
  other: Partial<PlannedStudy> & { readonly comparisonCount?: number } = {},
): PlannedStudy {
  const { comparisonCount = 0, ...rest } = other
  const cells = ARMS.map((arm) => ({
    agent: 'script:x.yaml',
    arm: { instruction: arm },
    preset: null,
    control: false,
  }))
  const pairs = Array.from({ length: comparisonCount }, (_, index) => ({
    label: `pair ${index}`,
    first: { agent: 'script:x.yaml', arm: { instruction: ARMS[index % 3] ?? 'a' } },
    second: { agent: 'script:x.yaml', arm: { instruction: 'd' } },
  }))
  return {
    cells,
    trials: 100,
    seed: 1,
    level: 0.95,
    interval: 'jeffreys',
    aims,
    ...(comparisonCount === 0
      ? {}
      : { comparisons: Comparisons.parse({ adjust: 'holm', test: 'fisher', pairs }) }),
    ...rest,
  }
}

const RULE: StoppingRule = {
  when: { goal: 'rate', rate: 0.05 },
  every: 10,
  least: 20,
  most: 400,
  split: true,
}

test('checkAims() says how many trials exclude a rate, and in how many cells they could be had', () => {
  expect(checkAims(study([{ exclude: 0.01 }]))).toEqual([
    {
      aim: { exclude: 0.01 },
      met: false,
      reached: expect.closeTo(1 - 0.05 ** 0.01, 12),
      by: 'exact',
      level: 0.95,
      trials: 299,
      trialsBy: 'exact',
      cells: 1,
      comparisons: null,
      rule: null,
    },
  ])
  expect(checkAims(study([{ exclude: 0.01 }], { trials: 298 }))[0]?.met).toBe(false)
  expect(checkAims(study([{ exclude: 0.01 }], { trials: 299 }))[0]).toMatchObject({
    met: true,
    trials: null,
    cells: null,
  })
})

test('checkAims() measures precision at the assumed rate, or at whichever is worst', () => {
  const [worst, at] = checkAims(study([{ precision: 0.1 }, { precision: 0.1, at: 0.02 }]))

  expect(worst).toMatchObject({ met: false, trials: 382, cells: 1 })
  expect(at).toMatchObject({ met: true })
})

test('checkAims() holds power to the level that several comparisons leave each', () => {
  const aim = { difference: [0.1, 0.28], power: 0.8 } satisfies Aim
  const alone = checkAims(study([aim]))
  const many = checkAims(study([aim], { comparisonCount: 3 }))

  expect(alone).toMatchObject([{ met: true, level: 0.95 }])
  expect(many).toMatchObject([
    { met: false, level: expect.closeTo(1 - 0.05 / 3, 12), comparisons: 2 },
  ])
  expect(many[0]?.trials).toBeGreaterThan(100)
})

test('checkAims() knows ratios, and that fewer trials cannot show one', () => {
  const aim = { ratio: 10, of: [0.79, 0.02], power: 0.8 } satisfies Aim

  expect(checkAims(study([aim]))).toMatchObject([{ met: false, trials: 122, cells: 3 }])
  expect(checkAims(study([aim], { trials: 130 }))).toMatchObject([{ met: true }])
})

test('checkAims() of a study that stops early asks its sequences, and that it stops by what is aimed at', () => {
  const aims: Aim[] = [
    { exclude: 0.05 },
    { precision: 0.2 },
    { difference: [0.1, 0.9], power: 0.8 },
    { ratio: 2, of: [0.9, 0.1], power: 0.8 },
  ]

  const byRate = checkAims(study(aims, { stopping: RULE, trials: 200 }))
  const byWidth = checkAims(
    study(aims, { stopping: { ...RULE, when: { goal: 'width', width: 0.2 } }, trials: 400 }),
  )
  const byDifference = checkAims(
    study(aims, {
      stopping: { ...RULE, when: { goal: 'difference' } },
      comparisonCount: 2,
      trials: 200,
    }),
  )

  expect(byRate.map(({ met, rule }) => [met, rule !== null])).toEqual([
    [true, false],
    [false, true],
    [false, true],
    [false, true],
  ])
  expect(byWidth.map(({ met, rule }) => [met, rule !== null])).toEqual([
    [false, true],
    [true, false],
    [false, true],
    [false, true],
  ])
  expect(byDifference.map(({ met, rule }) => [met, rule !== null])).toEqual([
    [false, true],
    [false, true],
    [true, false],
    [false, true],
  ])
})

test('checkAims() of a rule that has too few trials says how many would do', () => {
  const [bound] = checkAims(study([{ exclude: 0.05 }], { stopping: RULE, trials: 50 }))
  const [difference] = checkAims(
    study([{ difference: [0.2, 0.7], power: 0.8 }], {
      stopping: { ...RULE, when: { goal: 'difference' } },
      comparisonCount: 1,
      trials: 20,
    }),
  )

  expect(bound).toMatchObject({ met: false, rule: null })
  expect(bound?.trials).toBeGreaterThan(59)
  expect(difference).toMatchObject({ met: false, rule: null })
  expect(difference?.trials).toBeGreaterThan(20)
})

test('checkAims() says where a number of trials is an approximation, also of a million', () => {
  const aim = { difference: [0.5, 0.501], power: 0.8 } satisfies Aim

  expect(checkAims(study([aim], { trials: 1_000_000 }))).toMatchObject([
    {
      met: false,
      by: 'approximation',
      reached: expect.closeTo(0.293, 2),
      trialsBy: 'approximation',
    },
  ])
  expect(checkAims(study([aim], { trials: 4_000_000 }))).toMatchObject([
    { met: true, by: 'approximation' },
  ])
})

test('checkAims() tells no rates apart in a study that has one cell, nor in a part of it that would', () => {
  const aim = { difference: [0, 0.9], power: 0.8 } satisfies Aim
  const [cell] = study([]).cells
  const cells = cell === undefined ? [] : [cell]

  expect(checkAims(study([aim], { cells }))).toMatchObject([
    { met: false, reached: null, rule: expect.stringContaining('a single cell') },
  ])
  // Five trials are needed of each of two, and there are eight.
  expect(checkAims(study([aim], { trials: 2 }))).toMatchObject([{ trials: 5, cells: null }])
})

test('checkAims() simulates the sequences of a difference where there are too many pairs of counts', () => {
  const stopping: StoppingRule = { ...RULE, when: { goal: 'difference' } }
  const aims: Aim[] = [{ difference: [0.4, 0.6], power: 0.8 }]

  const once = checkAims(study(aims, { stopping, comparisonCount: 1, trials: 800 }))
  const again = checkAims(study(aims, { stopping, comparisonCount: 1, trials: 800 }))

  expect(once).toMatchObject([{ met: true, by: 'simulation' }])
  expect(again).toEqual(once)
})
