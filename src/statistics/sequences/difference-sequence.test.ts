import fc from 'fast-check'
import { expect, test } from 'vitest'
import { logMixture } from './beta-binomial-mixture.ts'
import { differenceSequence } from './difference-sequence.ts'
import reference from './sequence-reference.json' with { type: 'json' }

test.each(reference.difference)(
  'differenceSequence() agrees to 1e-12 with mpmath for $k1/$n1 − $k2/$n2 at $level',
  ({ k1, n1, k2, n2, level, low, high }) => {
    const interval = differenceSequence({
      first: { k: k1, n: n1 },
      second: { k: k2, n: n2 },
      level,
    })

    expect(Math.abs(interval.low - low)).toBeLessThan(1e-12)
    expect(Math.abs(interval.high - high)).toBeLessThan(1e-12)
  },
)

test('differenceSequence() contains the observed difference and stays within [−1, 1]', () => {
  fc.assert(
    fc.property(counts(), counts(), level(), (first, second, level) => {
      const { low, high } = differenceSequence({ first, second, level })
      const difference = first.k / first.n - second.k / second.n

      expect(-1 <= low && low <= difference && difference <= high && high <= 1).toBe(true)
      expect(low < high).toBe(true)
    }),
  )
})

test('differenceSequence() changes sign when the streams change places', () => {
  fc.assert(
    fc.property(counts(), counts(), level(), (first, second, level) => {
      const forth = differenceSequence({ first, second, level })
      const back = differenceSequence({ first: second, second: first, level })

      expect([back.low, back.high]).toEqual([-forth.high, -forth.low])
    }),
  )
})

test('differenceSequence() leaves out only differences that no allowed pair of rates has', () => {
  const rate = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(counts(), counts(), rate, rate, (first, second, p1, p2) => {
      const { low, high } = differenceSequence({ first, second })
      const allowed = logMixture(first, p1) + logMixture(second, p2) < Math.log(20) - 1e-9

      expect(allowed && (p1 - p2 < low - 1e-12 || p1 - p2 > high + 1e-12)).toBe(false)
    }),
    { numRuns: 2000 },
  )
})

test('differenceSequence() knows nothing when a stream has no trials', () => {
  const none = { k: 0, n: 0 }
  const some = { k: 3, n: 10 }

  expect(differenceSequence({ first: none, second: some })).toEqual({ low: -1, high: 1 })
  expect(differenceSequence({ first: some, second: none })).toEqual({ low: -1, high: 1 })
})

test('differenceSequence() refuses impossible counts and levels in either stream', () => {
  const possible = { k: 1, n: 2 }

  expect(() => differenceSequence({ first: { k: 3, n: 2 }, second: possible })).toThrow(RangeError)
  expect(() => differenceSequence({ first: possible, second: { k: 3, n: 2 } })).toThrow(RangeError)
  expect(() => differenceSequence({ first: possible, second: possible, level: 1 })).toThrow(
    RangeError,
  )
})

function counts() {
  return fc
    .oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 10_000_000 }))
    .chain((n) => fc.record({ k: fc.integer({ min: 0, max: n }), n: fc.constant(n) }))
}

function level() {
  return fc.oneof(
    fc.double({ min: 0.01, max: 0.999999, noNaN: true }),
    fc.constant(1 - 1e-12),
    fc.constant(1 - Number.EPSILON),
  )
}
