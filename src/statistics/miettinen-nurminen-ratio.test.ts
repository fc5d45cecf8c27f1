import fc from 'fast-check'
import { expect, test } from 'vitest'
import { miettinenNurminenRatio } from './miettinen-nurminen-ratio.ts'
import reference from './reference-values.json' with { type: 'json' }

test.each(reference.miettinenNurminen)(
  'miettinenNurminenRatio() agrees to 1e-9 with mpmath for $k1/$n1 over $k2/$n2 at $level',
  ({ k1, n1, k2, n2, level, low, high }) => {
    const interval = miettinenNurminenRatio({
      first: { k: k1, n: n1 },
      second: { k: k2, n: n2 },
      level,
    })

    expect(relativeError(interval.low, low)).toBeLessThan(1e-9)
    expect(relativeError(interval.high, high ?? Infinity)).toBeLessThan(1e-9)
  },
)

test('miettinenNurminenRatio() is bounded on one side only where a group has no events', () => {
  const none = { k: 0, n: 100 }
  const some = { k: 5, n: 100 }

  expect(miettinenNurminenRatio({ first: some, second: none })).toEqual({
    low: expect.closeTo(1.32365083738, 10),
    high: Infinity,
  })
  expect(miettinenNurminenRatio({ first: none, second: some })).toEqual({
    low: 0,
    high: expect.closeTo(1 / 1.32365083738, 10),
  })
  expect(miettinenNurminenRatio({ first: none, second: none })).toEqual({ low: 0, high: Infinity })
})

test('miettinenNurminenRatio() knows nothing when a group has no trials', () => {
  const none = { k: 0, n: 0 }
  const some = { k: 3, n: 10 }

  expect(miettinenNurminenRatio({ first: none, second: some })).toEqual({ low: 0, high: Infinity })
  expect(miettinenNurminenRatio({ first: some, second: none })).toEqual({ low: 0, high: Infinity })
  expect(miettinenNurminenRatio({ first: none, second: none })).toEqual({ low: 0, high: Infinity })
})

test('miettinenNurminenRatio() is inverted when the groups change places', () => {
  fc.assert(
    fc.property(counts(), counts(), level(), (first, second, level) => {
      const forth = miettinenNurminenRatio({ first, second, level })
      const back = miettinenNurminenRatio({ first: second, second: first, level })

      expect(relativeError(1 / back.high, forth.low)).toBeLessThan(1e-9)
      expect(relativeError(1 / back.low, forth.high)).toBeLessThan(1e-9)
    }),
  )
})

test('miettinenNurminenRatio() contains the observed ratio', () => {
  fc.assert(
    fc.property(counts(), counts(), level(), (first, second, level) => {
      fc.pre(first.k + second.k > 0)
      const { low, high } = miettinenNurminenRatio({ first, second, level })
      const ratio = first.k / first.n / (second.k / second.n)

      expect(0 <= low && low <= ratio && ratio <= high && low < high).toBe(true)
    }),
  )
})

test('miettinenNurminenRatio() contains the interval of every lower level', () => {
  fc.assert(
    fc.property(counts(), counts(), level(), level(), (first, second, one, other) => {
      fc.pre(Math.abs(one - other) > 1e-9)
      const inner = miettinenNurminenRatio({ first, second, level: Math.min(one, other) })
      const outer = miettinenNurminenRatio({ first, second, level: Math.max(one, other) })

      expect(outer.low <= inner.low && inner.high <= outer.high).toBe(true)
    }),
  )
})

test('miettinenNurminenRatio() refuses impossible counts and levels in either group', () => {
  const possible = { k: 1, n: 2 }
  const impossible = { k: 3, n: 2 }

  expect(() => miettinenNurminenRatio({ first: impossible, second: possible })).toThrow(RangeError)
  expect(() => miettinenNurminenRatio({ first: possible, second: impossible })).toThrow(RangeError)
  expect(() => miettinenNurminenRatio({ first: possible, second: possible, level: 95 })).toThrow(
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

function relativeError(actual: number, expected: number): number {
  return actual === expected ? 0 : Math.abs(actual / expected - 1)
}
