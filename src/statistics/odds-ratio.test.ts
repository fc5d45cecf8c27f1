import fc from 'fast-check'
import { expect, test } from 'vitest'
import reference from './comparison-reference-values.json' with { type: 'json' }
import { oddsRatio } from './odds-ratio.ts'

test.each(reference.oddsRatio)(
  'oddsRatio() agrees to 1e-9 with mpmath for $k1/$n1 and $k2/$n2 at $level',
  ({ k1, n1, k2, n2, level, ...row }) => {
    const found = oddsRatio({ first: { k: k1, n: n1 }, second: { k: k2, n: n2 }, level })

    expect(relativeError(found.low, row.low)).toBeLessThan(1e-9)
    expect(relativeError(found.high, row.high ?? Infinity)).toBeLessThan(1e-9)
    if (row.oddsRatio === null) expect([null, Infinity]).toContain(found.oddsRatio)
    else expect(relativeError(found.oddsRatio ?? NaN, row.oddsRatio)).toBeLessThan(1e-9)
  },
)

// R 4.2.2: fisher.test(matrix(c(k1, n1 - k1, k2, n2 - k2), 2))$conf.int.
test.each([
  { first: { k: 79, n: 100 }, second: { k: 7, n: 100 }, low: 19.03768, high: 143.1299 },
  { first: { k: 9, n: 10 }, second: { k: 3, n: 10 }, low: 1.387127, high: 1039.291 },
  { first: { k: 0, n: 100 }, second: { k: 5, n: 100 }, low: 0, high: 1.070016 },
  { first: { k: 30, n: 1000 }, second: { k: 10, n: 1000 }, low: 1.446411, high: 7.057639 },
  { first: { k: 3, n: 15 }, second: { k: 12, n: 1000 }, low: 3.269297, high: 90.32119 },
  { first: { k: 50, n: 100 }, second: { k: 50, n: 100 }, low: 0.5533543, high: 1.80716 },
  { first: { k: 1, n: 1 }, second: { k: 0, n: 1 }, low: 0.02564066, high: Infinity },
  { first: { k: 10, n: 10 }, second: { k: 0, n: 20 }, low: 23.36346, high: Infinity },
])('oddsRatio() lies within the conditional exact interval for $first and $second', (row) => {
  const { low, high } = oddsRatio(row)

  expect(row.low <= low && high <= row.high).toBe(true)
})

test('oddsRatio() is null, infinite or zero where a product of cells is 0', () => {
  const none = { k: 0, n: 20 }
  const some = { k: 5, n: 20 }
  const all = { k: 20, n: 20 }
  const anything = { low: 0, high: Infinity }
  const someNone = oddsRatio({ first: some, second: none })

  expect({
    noneNone: oddsRatio({ first: none, second: none }),
    allAll: oddsRatio({ first: all, second: all }),
    noTrials: oddsRatio({ first: { k: 0, n: 0 }, second: some }),
    someNone,
    noneSome: oddsRatio({ first: none, second: some }),
    allNone: oddsRatio({ first: all, second: none }).oddsRatio,
  }).toEqual({
    noneNone: { oddsRatio: null, ...anything },
    allAll: { oddsRatio: null, ...anything },
    noTrials: { oddsRatio: null, ...anything },
    someNone: { oddsRatio: Infinity, low: expect.closeTo(1.52150803096, 10), high: Infinity },
    noneSome: { oddsRatio: 0, low: 0, high: expect.closeTo(1 / someNone.low, 10) },
    allNone: Infinity,
  })
})

test('oddsRatio() contains the observed one and is inverted with the groups or the outcomes', () => {
  fc.assert(
    fc.property(counts(), counts(), level(), (first, second, level) => {
      const forth = oddsRatio({ first, second, level })
      const back = oddsRatio({ first: second, second: first, level })
      const outcomes = oddsRatio({ first: others(first), second: others(second), level })

      expect(0 <= forth.low && forth.low < forth.high).toBe(true)
      if (forth.oddsRatio !== null) {
        expect(forth.low <= forth.oddsRatio && forth.oddsRatio <= forth.high).toBe(true)
      }
      for (const other of [back, outcomes]) {
        expect(relativeError(1 / other.high, forth.low)).toBeLessThan(1e-9)
        expect(relativeError(1 / other.low, forth.high)).toBeLessThan(1e-9)
      }
    }),
  )
})

test('oddsRatio() refuses impossible counts and levels', () => {
  const possible = { k: 1, n: 2 }

  expect(() => oddsRatio({ first: { k: 3, n: 2 }, second: possible })).toThrow(RangeError)
  expect(() => oddsRatio({ first: possible, second: { k: 3, n: 2 } })).toThrow(RangeError)
  expect(() => oddsRatio({ first: possible, second: possible, level: 95 })).toThrow(RangeError)
})

function counts() {
  return fc
    .oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 1_000_000 }))
    .chain((n) => fc.record({ k: fc.integer({ min: 0, max: n }), n: fc.constant(n) }))
}

function others({ k, n }: { readonly k: number; readonly n: number }) {
  return { k: n - k, n }
}

function level() {
  return fc.double({ min: 0.5, max: 0.999999, noNaN: true })
}

function relativeError(actual: number, expected: number): number {
  return actual === expected ? 0 : Math.abs(actual / expected - 1)
}
