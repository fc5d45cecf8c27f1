import fc from 'fast-check'
import { expect, test } from 'vitest'
import reference from './comparison-reference-values.json' with { type: 'json' }
import { miettinenNurminenRatio } from './miettinen-nurminen-ratio.ts'
import { ratioExceeds } from './ratio-exceeds.ts'

test.each(reference.ratioExceeds)(
  'ratioExceeds() agrees to 1e-9 with mpmath for $k1/$n1 over $k2/$n2 and $ratio',
  ({ k1, n1, k2, n2, ratio, p }) => {
    const found = ratioExceeds({ first: { k: k1, n: n1 }, second: { k: k2, n: n2 }, ratio })

    // Beyond the smallest double the reference is 0 and the answer the smallest double.
    expect(Math.abs(found / Math.max(p, Number.MIN_VALUE) - 1)).toBeLessThan(1e-9)
  },
)

// The claims that were made of 79 in 100 against 7 in 100. statsmodels 0.15.0: test_proportions_2indep(79, 100, 7, 100, value=ratio,
// method='score', compare='ratio', alternative='larger'); the limits are those of two-groups.test.ts.
test('ratioExceeds() shows "more than double" and not "over ten times" for 79 of 100 against 7 of 100', () => {
  const first = { k: 79, n: 100 }
  const second = { k: 7, n: 100 }

  expect({
    seen: 79 / 7,
    limits: miettinenNurminenRatio({ first, second }),
    double: ratioExceeds({ first, second, ratio: 2 }),
    fiveTimes: ratioExceeds({ first, second, ratio: 5 }),
    tenTimes: ratioExceeds({ first, second, ratio: 10 }),
  }).toEqual({
    seen: expect.closeTo(11.29, 2),
    limits: { low: expect.closeTo(5.68948066533, 9), high: expect.closeTo(23.2048961022, 8) },
    double: expect.closeTo(3.650019092486503e-10, 18),
    fiveTimes: expect.closeTo(0.008861294876471588, 12),
    tenTimes: expect.closeTo(0.3709108023280673, 12),
  })
})

test('ratioExceeds() can show a claim where the second group has no event', () => {
  const first = { k: 5, n: 100 }
  const second = { k: 0, n: 100 }

  expect(ratioExceeds({ first, second, ratio: 1.32365083738 })).toBeCloseTo(0.025, 10)
  expect(ratioExceeds({ first: second, second: first, ratio: 1 })).toBeGreaterThan(0.5)
})

test('ratioExceeds() is at most α/2 exactly where the lower limit is at least the ratio', () => {
  fc.assert(
    fc.property(counts(), counts(), level(), (first, second, level) => {
      fc.pre(first.k > 0)
      const { low } = miettinenNurminenRatio({ first, second, level })

      const p = ratioExceeds({ first, second, ratio: low })
      expect(Math.abs(p / ((1 - level) / 2) - 1)).toBeLessThan(1e-6)
      expect(ratioExceeds({ first, second, ratio: low * 0.99 })).toBeLessThan(p)
      expect(ratioExceeds({ first, second, ratio: low * 1.01 })).toBeGreaterThan(p)
    }),
  )
})

test('ratioExceeds() shows nothing without an event, or without trials in a group', () => {
  const none = { k: 0, n: 100 }
  const empty = { k: 0, n: 0 }

  for (const [first, second] of [
    [none, none],
    [empty, none],
    [{ k: 3, n: 10 }, empty],
    [empty, empty],
  ] as const) {
    expect(ratioExceeds({ first, second, ratio: 1 })).toBe(1)
  }
})

test('ratioExceeds() is in (0, 1] for any ratio', () => {
  fc.assert(
    fc.property(counts(), counts(), fc.integer({ min: -1000, max: 1000 }), (first, second, e) => {
      const p = ratioExceeds({ first, second, ratio: 2 ** e })

      expect(0 < p && p <= 1).toBe(true)
    }),
  )
})

test('ratioExceeds() refuses impossible counts and ratios', () => {
  const possible = { k: 1, n: 2 }
  const impossible = { k: 3, n: 2 }

  expect(() => ratioExceeds({ first: impossible, second: possible, ratio: 2 })).toThrow(RangeError)
  expect(() => ratioExceeds({ first: possible, second: impossible, ratio: 2 })).toThrow(RangeError)
  for (const ratio of [0, -1, Infinity, NaN]) {
    expect(() => ratioExceeds({ first: possible, second: possible, ratio })).toThrow(
      new RangeError(
        `Cannot compute test of a ratio: ratio must be a number above 0, but is ${ratio}`,
      ),
    )
  }
})

function counts() {
  return fc
    .oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 1_000_000 }))
    .chain((n) => fc.record({ k: fc.integer({ min: 0, max: n }), n: fc.constant(n) }))
}

function level() {
  return fc.double({ min: 0.5, max: 0.999999, noNaN: true })
}
