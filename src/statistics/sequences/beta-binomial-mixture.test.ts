import fc from 'fast-check'
import { expect, test } from 'vitest'
import { divergence, logMixture, mixtureOffset } from './beta-binomial-mixture.ts'
import reference from './sequence-reference.json' with { type: 'json' }

test.each(reference.logMixture)(
  'logMixture() agrees with mpmath for $k of $n against $rate, prior Beta($a, $b)',
  ({ k, n, rate, a, b, value }) => {
    const actual = logMixture({ k, n }, rate, { a, b })

    expect(Math.abs(actual - value)).toBeLessThan(1e-12 * Math.max(1, Math.abs(value)))
  },
)

// S. R. Howard's package confseq, test/uniform_boundaries_unittest.cpp, TestTwoSidedBetaBinomialMixture
// (values from his reference implementation in R): v_opt = 100, alpha_opt = 0.05, g = 0.2, h = 0.8. In our
// terms p = g, n = v/(g h), k = p n + s, and the prior is Beta(r/h, r/g) with his r.
test('logMixture() gives the values that the tests of confseq carry', () => {
  const optimal = 100 / (2 * Math.log(20) + Math.log(1 + 2 * Math.log(20)))
  const r = optimal - 0.2 * 0.8
  const prior = { a: r / 0.8, b: r / 0.2 }
  const n = 100 / (0.2 * 0.8)

  expect(logMixture({ k: 0.2 * n + 10, n }, 0.2, prior)).toBeCloseTo(-0.6941012, 6)
  expect(logMixture({ k: 0.2 * n + 31.4308, n }, 0.2, prior)).toBeCloseTo(Math.log(20), 5)
})

test('logMixture() is a martingale: its mean over the next trial is what it was', () => {
  const cases = fc.record({
    n: fc.integer({ min: 0, max: 200 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    rate: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
    a: fc.double({ min: 0.1, max: 50, noNaN: true }),
    b: fc.double({ min: 0.1, max: 50, noNaN: true }),
  })
  fc.assert(
    fc.property(cases, ({ n, share, rate, a, b }) => {
      const k = Math.round(share * n)
      const now = logMixture({ k, n }, rate, { a, b })
      const event = logMixture({ k: k + 1, n: n + 1 }, rate, { a, b })
      const none = logMixture({ k, n: n + 1 }, rate, { a, b })
      const mean = rate * Math.exp(event - now) + (1 - rate) * Math.exp(none - now)

      expect(Math.abs(mean - 1)).toBeLessThan(1e-11)
    }),
  )
})

test('mixtureOffset() costs no more than ½ ln n + ln 2, whatever was seen', () => {
  fc.assert(
    fc.property(counts(), ({ k, n }) => {
      const offset = mixtureOffset({ k, n })

      expect(offset).toBeLessThanOrEqual(0)
      expect(offset).toBeGreaterThanOrEqual(-Math.log(n) / 2 - Math.LN2 - 1e-12)
    }),
  )
})

test('divergence() is infinite where the counts cannot happen, and 0 at the rate seen', () => {
  expect(
    [
      [{ k: 1, n: 3 }, 0],
      [{ k: 1, n: 3 }, 1],
      [{ k: 9_999_999, n: 10_000_000 }, 1],
      [{ k: 0, n: 3 }, 1],
      [{ k: 3, n: 3 }, 0],
    ].map(([seen, rate]) => divergence(seen as { k: number; n: number }, rate as number)),
  ).toEqual([Infinity, Infinity, Infinity, Infinity, Infinity])
  expect(divergence({ k: 0, n: 0 }, 0.2)).toBe(0)
  expect(divergence({ k: 1, n: 4 }, 0.25)).toBe(0)
  expect(divergence({ k: 0, n: 4 }, 0)).toBeCloseTo(0)
  expect(divergence({ k: 4, n: 4 }, 1)).toBeCloseTo(0)
})

function counts() {
  return fc
    .oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 10_000_000 }))
    .chain((n) => fc.record({ k: fc.integer({ min: 0, max: n }), n: fc.constant(n) }))
}
