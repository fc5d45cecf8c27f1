import { expect, test } from 'vitest'
import type { Counts } from './counts.ts'
import { exactCoverage, exactCoverageOfTwo } from './exact-coverage.ts'
import type { Interval } from './interval.ts'
import { miettinenNurminenRatio } from './miettinen-nurminen-ratio.ts'
import { newcombeDifference } from './newcombe-difference.ts'
import { oddsRatio } from './odds-ratio.ts'
import { oneSidedBounds } from './one-sided-bounds.ts'
import { type ProportionMethod, proportionInterval } from './proportion-interval.ts'

test('exactCoverage() sums the binomial over the counts whose interval contains the rate', () => {
  const intervals = [
    { low: 0, high: 0.4 },
    { low: 0.1, high: 0.9 },
    { low: 0.6, high: 1 },
  ]

  expect({
    at0: exactCoverage({ intervals, rate: 0 }),
    at1: exactCoverage({ intervals, rate: 1 }),
    at25: exactCoverage({ intervals, rate: 0.25 }),
    atLimit: exactCoverage({ intervals, rate: 0.1 }),
    ofAnother: exactCoverage({ intervals, rate: 0.25, target: 0.95 }),
  }).toEqual({
    at0: 1,
    at1: 1,
    at25: expect.closeTo(0.5625 + 0.375, 14),
    atLimit: expect.closeTo(0.81 + 0.18, 14),
    ofAnother: expect.closeTo(0.0625, 14),
  })
})

// scipy 1.17.1: sum of scipy.stats.binom.pmf over the k whose statsmodels 0.15.0 proportion_confint contains the rate.
test.each([
  { method: 'wilson', n: 50, rate: 0.01, coverage: 0.9105646869 },
  { method: 'jeffreys', n: 50, rate: 0.1, coverage: 0.9416762046 },
  { method: 'clopper-pearson', n: 1000, rate: 0.3, coverage: 0.954608663 },
] as const)('exactCoverage() of $method at n = $n and $rate agrees with SciPy', (row) => {
  expect(exactCoverage({ intervals: intervalsOf(row.n, row.method), rate: row.rate })).toBeCloseTo(
    row.coverage,
    9,
  )
})

test('exactCoverageOfTwo() sums over both groups', () => {
  const covers = { low: 0, high: 1 }
  const misses = { low: 2, high: 3 }
  const intervals = [
    [misses, covers, misses],
    [covers, misses, covers],
  ]

  expect(exactCoverageOfTwo({ intervals, rates: [0.25, 0.1], target: 0.15 })).toBeCloseTo(
    0.75 * 0.18 + 0.25 * 0.81 + 0.25 * 0.01,
    14,
  )
})

// Coverage changes at the limits only, and is lowest just beyond one of them.
test.each([1, 2, 3, 5, 10, 20, 50, 100, 299, 1000])(
  'with %d trials Clopper–Pearson covers every rate with at least 0.95',
  (n) => {
    const intervals = intervalsOf(n, 'clopper-pearson')
    const limits = intervals.flatMap(({ low, high }) => [low, high])
    const beside = limits.flatMap((limit) => [limit - 1e-12, limit, limit + 1e-12])
    const ends = [0, 1e-300, 1e-12, 1e-6, 1 - 1e-6, 1 - 1e-12, 1]
    const rates = [...beside, ...ends, ...grid(1000)].filter((rate) => rate >= 0 && rate <= 1)

    // 1e-9: with a rate 1e-12 off the limit the tail that the limit leaves is off by n times as much.
    const lowest = Math.min(...rates.map((rate) => exactCoverage({ intervals, rate })))
    expect(lowest).toBeGreaterThanOrEqual(0.95 - 1e-9)
  },
)

test.each([1, 10, 100, 299])('with %d trials one-sided bounds hold with at least 0.95', (n) => {
  const bounds = Array.from({ length: n + 1 }, (_, k) => oneSidedBounds({ k, n }))
  const upper = bounds.map((bound) => ({ low: 0, high: bound.upper }))
  const lower = bounds.map((bound) => ({ low: bound.lower, high: 1 }))
  const limits = bounds.flatMap((bound) => [bound.lower, bound.upper])
  const rates = [...limits.flatMap((limit) => [limit - 1e-12, limit + 1e-12]), ...grid(1000)]

  for (const rate of rates.filter((rate) => rate >= 0 && rate <= 1)) {
    for (const intervals of [upper, lower]) {
      expect(exactCoverage({ intervals, rate })).toBeGreaterThanOrEqual(0.95 - 1e-9)
    }
  }
})

// Rates 0.001 to 0.999; the minima are what was measured, at n = 10.
test.each([
  { method: 'jeffreys', average: 0.95046, lowest: 0.86827 },
  { method: 'wilson', average: 0.95157, lowest: 0.84243 },
  { method: 'clopper-pearson', average: 0.96681, lowest: 0.95038 },
] as const)('$method covers $average on average and never less than $lowest', (row) => {
  const coverages = [10, 20, 50, 100, 200, 500, 1000].flatMap((n) => {
    const intervals = intervalsOf(n, row.method)
    return grid(1000).map((rate) => exactCoverage({ intervals, rate }))
  })

  expect(average(coverages)).toBeCloseTo(row.average, 5)
  expect(Math.min(...coverages)).toBeCloseTo(row.lowest, 5)
})

// Rates 0.05 to 0.95 in both groups; the minima are what was measured, at ten trials each.
test.each([
  {
    name: 'Newcombe’s difference',
    method: newcombeDifference,
    target: (one: number, other: number) => one - other,
    average: 0.95154,
    lowest: 0.90887,
  },
  {
    name: 'Miettinen and Nurminen’s ratio',
    method: miettinenNurminenRatio,
    target: (one: number, other: number) => one / other,
    average: 0.95334,
    lowest: 0.91386,
  },
  {
    name: 'the odds ratio',
    method: oddsRatio,
    target: (one: number, other: number) => (one / (1 - one)) * ((1 - other) / other),
    average: 0.95502,
    lowest: 0.92893,
  },
])('$name covers $average on average and never less than $lowest', (row) => {
  const coverages = SIZES.flatMap(([firstTrials, secondTrials]) => {
    const intervals = intervalsOfTwo(firstTrials, secondTrials, row.method)
    return grid(20).flatMap((one) => {
      return grid(20).map((other) => {
        const target = row.target(one, other)
        return exactCoverageOfTwo({ intervals, rates: [one, other], target })
      })
    })
  })

  expect(average(coverages)).toBeCloseTo(row.average, 5)
  expect(Math.min(...coverages)).toBeCloseTo(row.lowest, 5)
})

test('exactCoverage() refuses impossible rates, and no interval at all', () => {
  const intervals = [{ low: 0, high: 1 }]

  expect(() => exactCoverage({ intervals, rate: 1.5 })).toThrow(
    new RangeError(
      'Cannot compute coverage: a rate must lie between 0 and 1, both included, but is 1.5',
    ),
  )
  expect(() => exactCoverage({ intervals: [], rate: 0.5 })).toThrow(
    new RangeError('Cannot compute coverage: there is no interval'),
  )
  const rates = [0.5, NaN] as const
  expect(() => exactCoverageOfTwo({ intervals: [intervals], rates, target: 0 })).toThrow(RangeError)
  expect(() => exactCoverageOfTwo({ intervals: [], rates: [0.5, 0.5], target: 0 })).toThrow(
    RangeError,
  )
})

const SIZES = [
  [10, 10],
  [20, 20],
  [50, 50],
  [100, 100],
  [20, 60],
  [10, 100],
] as const

function intervalsOf(n: number, method: ProportionMethod): readonly Interval[] {
  return Array.from({ length: n + 1 }, (_, k) => proportionInterval({ k, n, method }))
}

function intervalsOfTwo(
  firstTrials: number,
  secondTrials: number,
  method: (groups: { readonly first: Counts; readonly second: Counts }) => Interval,
): readonly (readonly Interval[])[] {
  return Array.from({ length: firstTrials + 1 }, (_, k1) => {
    return Array.from({ length: secondTrials + 1 }, (_, k2) => {
      return method({ first: { k: k1, n: firstTrials }, second: { k: k2, n: secondTrials } })
    })
  })
}

/** The rates strictly between 0 and 1, so many steps from one to the other. */
function grid(steps: number): readonly number[] {
  return Array.from({ length: steps - 1 }, (_, index) => (index + 1) / steps)
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
