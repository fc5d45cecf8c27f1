import fc from 'fast-check'
import { expect, test } from 'vitest'
import reference from './comparison-reference-values.json' with { type: 'json' }
import { type CountsPair, differenceInDifferences } from './difference-in-differences.ts'
import { newcombeDifference } from './newcombe-difference.ts'

test.each(reference.differenceInDifferences)(
  'differenceInDifferences() agrees to 1e-11 with mpmath for $first less $second at $level',
  ({ first, second, level, low, high }) => {
    const interval = differenceInDifferences({ first: pair(first), second: pair(second), level })

    expect(Math.abs(interval.low - low)).toBeLessThan(1e-11)
    expect(Math.abs(interval.high - high)).toBeLessThan(1e-11)
  },
)

test('differenceInDifferences() changes sign with the pairs, and contains the observed value', () => {
  fc.assert(
    fc.property(pairs(), pairs(), level(), (first, second, level) => {
      const forth = differenceInDifferences({ first, second, level })
      const back = differenceInDifferences({ first: second, second: first, level })
      const seen = difference(first) - difference(second)

      expect(back.low + forth.high).toBeCloseTo(0, 14)
      expect(back.high + forth.low).toBeCloseTo(0, 14)
      expect(-2 <= forth.low && forth.low < forth.high && forth.high <= 2).toBe(true)
      expect(forth.low <= seen + 1e-15 && seen - 1e-15 <= forth.high).toBe(true)
    }),
  )
})

test('differenceInDifferences() is wider than either difference', () => {
  fc.assert(
    fc.property(pairs(), pairs(), level(), (first, second, level) => {
      const { low, high } = differenceInDifferences({ first, second, level })
      for (const one of [first, second]) {
        const alone = newcombeDifference({ ...one, level })
        expect(high - low).toBeGreaterThan(alone.high - alone.low)
      }
    }),
  )
})

test('differenceInDifferences() comes to the single difference where the other is known well', () => {
  const first = { first: { k: 30, n: 40 }, second: { k: 10, n: 40 } }
  const known = { k: 2 ** 51, n: 2 ** 52 }

  const { low, high } = differenceInDifferences({
    first,
    second: { first: known, second: known },
  })
  const alone = newcombeDifference(first)
  expect(low).toBeCloseTo(alone.low, 12)
  expect(high).toBeCloseTo(alone.high, 12)
})

test('differenceInDifferences() knows nothing when a group has no trials', () => {
  const none = { k: 0, n: 0 }
  const some = { k: 3, n: 10 }
  const full = { first: some, second: some }

  for (const part of [
    { first: none, second: some },
    { first: some, second: none },
  ]) {
    expect(differenceInDifferences({ first: part, second: full })).toEqual({ low: -2, high: 2 })
    expect(differenceInDifferences({ first: full, second: part })).toEqual({ low: -2, high: 2 })
  }
})

test('differenceInDifferences() refuses impossible counts and levels', () => {
  const possible = { first: { k: 1, n: 2 }, second: { k: 1, n: 2 } }
  const impossible = { first: { k: 1, n: 2 }, second: { k: 3, n: 2 } }

  expect(() => differenceInDifferences({ first: impossible, second: possible })).toThrow(RangeError)
  expect(() => differenceInDifferences({ first: possible, second: impossible })).toThrow(RangeError)
  expect(() => differenceInDifferences({ first: possible, second: possible, level: 95 })).toThrow(
    RangeError,
  )
})

function pair(row: readonly (readonly number[])[]): CountsPair {
  const [[k1 = 0, n1 = 0] = [], [k2 = 0, n2 = 0] = []] = row
  return { first: { k: k1, n: n1 }, second: { k: k2, n: n2 } }
}

function difference({ first, second }: CountsPair): number {
  return first.k / first.n - second.k / second.n
}

function pairs() {
  const counts = fc
    .oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 1_000_000 }))
    .chain((n) => fc.record({ k: fc.integer({ min: 0, max: n }), n: fc.constant(n) }))
  return fc.record({ first: counts, second: counts })
}

function level() {
  return fc.double({ min: 0.5, max: 0.999999, noNaN: true })
}
