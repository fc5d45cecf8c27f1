import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clopperPearsonInterval } from '../clopper-pearson-interval.ts'
import type { Counts } from '../counts.ts'
import { jeffreysInterval } from '../jeffreys-interval.ts'
import { stoppingTime } from '../planning/stopping-time.ts'
import { logMixture } from './beta-binomial-mixture.ts'
import { proportionSequence } from './proportion-sequence.ts'
import reference from './sequence-reference.json' with { type: 'json' }

test.each(reference.proportion)(
  'proportionSequence() agrees to 1e-12 with mpmath for $k of $n at $level',
  ({ k, n, level, low, high }) => {
    const interval = proportionSequence({ k, n, level })

    expect(Math.abs(interval.low - low)).toBeLessThanOrEqual(1e-12 * low)
    expect(Math.abs(interval.high - high)).toBeLessThanOrEqual(1e-12 * high)
  },
)

test('proportionSequence() contains what was seen and stays within [0, 1]', () => {
  fc.assert(
    fc.property(counts(), level(), ({ k, n }, level) => {
      const { low, high } = proportionSequence({ k, n, level })

      expect(0 <= low && low <= k / n && k / n <= high && high <= 1).toBe(true)
      expect(low < high).toBe(true)
    }),
  )
})

test('proportionSequence() is mirrored when events and non-events change places', () => {
  fc.assert(
    fc.property(counts(), level(), ({ k, n }, level) => {
      const events = proportionSequence({ k, n, level })
      const others = proportionSequence({ k: n - k, n, level })

      expect(events.low + others.high).toBeCloseTo(1, 13)
      expect(events.high + others.low).toBeCloseTo(1, 13)
    }),
  )
})

test('proportionSequence() grows with the level, and shrinks when the same is seen again', () => {
  fc.assert(
    fc.property(counts(), ({ k, n }) => {
      const [ninety, ninetyNine] = [0.9, 0.99].map((level) => proportionSequence({ k, n, level }))
      const twice = proportionSequence({ k: 2 * k, n: 2 * n, level: 0.99 })

      expect(width(ninety)).toBeLessThan(width(ninetyNine))
      expect(width(twice)).toBeLessThan(width(ninetyNine))
    }),
  )
})

test('proportionSequence() is wider than an interval for one look alone', () => {
  for (const [k, n] of [
    [0, 300],
    [7, 100],
    [500, 1000],
  ] as const) {
    expect(width(proportionSequence({ k, n }))).toBeGreaterThan(
      width(clopperPearsonInterval({ k, n })),
    )
  }
})

test('proportionSequence() leaves out exactly the rates at which the mixture has reached 1/α', () => {
  const rates = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(counts(), level(), rates, ({ k, n }, level, rate) => {
      const { low, high } = proportionSequence({ k, n, level })
      const away = logMixture({ k, n }, rate) + Math.log1p(-level)

      // Within rounding of a limit either answer is right; of one that lies nearer to 1 than numbers do, 1 is the rounding.
      const isLimit = rate === low || rate === high
      if (Math.abs(away) > 1e-6 && !isLimit) expect(rate < low || rate > high).toBe(away > 0)
    }),
    { numRuns: 1000, examples: [[{ k: 3, n: 4 }, 1 - 2 ** -52, 1]] },
  )
})

test.each([0.5, 0.8, 0.95, 0.99, 1 - 0.05 / 26])(
  'a sequence of level %d misses the rate at one of 400 looks no more often than it may',
  (level) => {
    for (const rate of [0, 0.001, 0.01, 0.05, 0.2, 0.5, 0.9, 0.999, 1]) {
      expect(missed(rate, 400, bySequence(rate, level))).toBeLessThanOrEqual(1 - level)
    }
  },
)

test('the exact share of misses is that of all paths of twelve trials', () => {
  const rate = 0.3
  const trials = 12
  let paths = 0
  for (let path = 0; path < 2 ** trials; path++) {
    const k = events(path)
    const looks = Array.from({ length: trials }, (_, index) => index + 1)
    const isMissed = looks.some((n) => {
      const { low, high } = proportionSequence({ k: events(path % 2 ** n), n, level: 0.6 })
      return rate < low || rate > high
    })
    if (isMissed) paths += rate ** k * (1 - rate) ** (trials - k)
  }

  expect(missed(rate, trials, bySequence(rate, 0.6))).toBeCloseTo(paths, 12)
})

test('an interval for one look, looked at again and again, misses far more often than it says', () => {
  const rate = 0.3
  const byJeffreys = (counts: Counts) => {
    const { low, high } = jeffreysInterval(counts)
    return rate < low || rate > high
  }

  expect(missed(rate, 100, byJeffreys, 100)).toBeLessThan(0.06)
  expect(missed(rate, 100, byJeffreys)).toBeGreaterThan(0.2)
})

test('proportionSequence() knows nothing without trials', () => {
  expect(proportionSequence({ k: 0, n: 0 })).toEqual({ low: 0, high: 1 })
})

test('proportionSequence() refuses impossible counts and levels', () => {
  for (const counts of [
    { k: 3, n: 2 },
    { k: -1, n: 2 },
    { k: 0.5, n: 2 },
    { k: 0, n: NaN },
  ]) {
    expect(() => proportionSequence(counts)).toThrow(RangeError)
  }
  for (const level of [0, 1, 95]) {
    expect(() => proportionSequence({ k: 1, n: 2, level })).toThrow(RangeError)
  }
})

/** Probability that what looks at the counts leaves the true rate out at one look or more. */
function missed(
  rate: number,
  trials: number,
  leavesOut: (counts: Counts) => boolean,
  every = 1,
): number {
  const { decided } = stoppingTime({ rate, isDecided: leavesOut, every, least: 1, most: trials })
  return decided.reduce((total, { probability }) => total + probability, 0)
}

/** By the definition, without the limits. */
function bySequence(rate: number, level: number): (counts: Counts) => boolean {
  return (counts) => logMixture(counts, rate) >= -Math.log1p(-level)
}

function events(path: number): number {
  return path.toString(2).replaceAll('0', '').length
}

function width(interval: { low: number; high: number } | undefined): number {
  return (interval?.high ?? NaN) - (interval?.low ?? NaN)
}

function counts() {
  return fc
    .oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 10_000_000 }))
    .chain((n) => fc.record({ k: fc.integer({ min: 0, max: n }), n: fc.constant(n) }))
}

function level() {
  return fc.oneof(
    fc.double({ min: 0.01, max: 0.999999, noNaN: true }),
    fc.constant(1 - 1e-12),
    fc.constant(1 - Number.EPSILON),
  )
}
