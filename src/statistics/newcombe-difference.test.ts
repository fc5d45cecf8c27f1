import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newcombeDifference } from './newcombe-difference.ts'
import reference from './reference-values.json' with { type: 'json' }

test.each(reference.newcombe)(
  'newcombeDifference() agrees to 1e-9 with mpmath for $k1/$n1 − $k2/$n2 at $level',
  ({ k1, n1, k2, n2, level, low, high }) => {
    const interval = newcombeDifference({
      first: { k: k1, n: n1 },
      second: { k: k2, n: n2 },
      level,
    })

    expect(Math.abs(interval.low - low)).toBeLessThan(1e-12)
    expect(Math.abs(interval.high - high)).toBeLessThan(1e-12)
  },
)

// R. G. Newcombe, Statistics in Medicine 17 (1998) 873–890, table II, method 10.
test.each([
  { first: { k: 56, n: 70 }, second: { k: 48, n: 80 }, low: 0.0524, high: 0.3339 },
  { first: { k: 9, n: 10 }, second: { k: 3, n: 10 }, low: 0.1705, high: 0.809 },
  { first: { k: 6, n: 7 }, second: { k: 2, n: 7 }, low: 0.0582, high: 0.8062 },
  { first: { k: 5, n: 56 }, second: { k: 0, n: 29 }, low: -0.0381, high: 0.1926 },
  { first: { k: 0, n: 10 }, second: { k: 0, n: 20 }, low: -0.1611, high: 0.2775 },
  { first: { k: 0, n: 10 }, second: { k: 0, n: 10 }, low: -0.2775, high: 0.2775 },
  { first: { k: 10, n: 10 }, second: { k: 0, n: 20 }, low: 0.6791, high: 1 },
  { first: { k: 10, n: 10 }, second: { k: 0, n: 10 }, low: 0.6075, high: 1 },
])('newcombeDifference() gives the published limits of $first − $second', (row) => {
  const interval = newcombeDifference({ first: row.first, second: row.second })

  expect({ low: rounded(interval.low), high: rounded(interval.high) }).toEqual({
    low: row.low,
    high: row.high,
  })
})

test('newcombeDifference() changes sign when the groups change places', () => {
  fc.assert(
    fc.property(counts(), counts(), level(), (first, second, level) => {
      const forth = newcombeDifference({ first, second, level })
      const back = newcombeDifference({ first: second, second: first, level })

      expect(back.low + forth.high).toBeCloseTo(0, 14)
      expect(back.high + forth.low).toBeCloseTo(0, 14)
    }),
  )
})

test('newcombeDifference() contains the observed difference and stays within [−1, 1]', () => {
  fc.assert(
    fc.property(counts(), counts(), level(), (first, second, level) => {
      const { low, high } = newcombeDifference({ first, second, level })
      const difference = first.k / first.n - second.k / second.n

      expect(-1 <= low && low <= difference && difference <= high && high <= 1).toBe(true)
      expect(low < high).toBe(true)
    }),
  )
})

test('newcombeDifference() knows nothing when a group has no trials', () => {
  const none = { k: 0, n: 0 }
  const some = { k: 3, n: 10 }

  expect(newcombeDifference({ first: none, second: some })).toEqual({ low: -1, high: 1 })
  expect(newcombeDifference({ first: some, second: none })).toEqual({ low: -1, high: 1 })
})

test('newcombeDifference() refuses impossible counts and levels in either group', () => {
  const possible = { k: 1, n: 2 }

  expect(() => newcombeDifference({ first: { k: 3, n: 2 }, second: possible })).toThrow(RangeError)
  expect(() => newcombeDifference({ first: possible, second: { k: 3, n: 2 } })).toThrow(RangeError)
  expect(() => newcombeDifference({ first: possible, second: possible, level: 1 })).toThrow(
    RangeError,
  )
})

function counts() {
  return fc
    .oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 1_000_000 }))
    .chain((n) => fc.record({ k: fc.integer({ min: 0, max: n }), n: fc.constant(n) }))
}

function level() {
  return fc.double({ min: 0.5, max: 0.999999, noNaN: true })
}

function rounded(value: number): number {
  return Number(value.toFixed(4))
}
