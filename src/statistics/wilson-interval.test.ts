import fc from 'fast-check'
import { expect, test } from 'vitest'
import { criticalValue } from './critical-value.ts'
import { wilsonInterval } from './wilson-interval.ts'

// R. G. Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine
// 17 (1998) 857–872, table I, method 3.
test.each([
  { k: 81, n: 263, low: 0.2553, high: 0.3662 },
  { k: 15, n: 148, low: 0.0624, high: 0.1605 },
  { k: 0, n: 20, low: 0, high: 0.1611 },
  { k: 1, n: 29, low: 0.0061, high: 0.1718 },
])('wilsonInterval() gives the published limits of $k in $n', ({ k, n, low, high }) => {
  const interval = wilsonInterval({ k, n })

  expect({ low: rounded(interval.low), high: rounded(interval.high) }).toEqual({ low, high })
})

test('wilsonInterval() ends where the score test stops accepting', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 10_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (n, share) => {
        const k = Math.min(n - 1, Math.max(1, Math.floor(share * n)))
        const { low, high } = wilsonInterval({ k, n, level: 0.99 })

        for (const rate of [low, high]) {
          const score = Math.abs(k / n - rate) / Math.sqrt((rate * (1 - rate)) / n)
          expect(Math.abs(score / criticalValue(0.99) - 1)).toBeLessThan(1e-9)
        }
      },
    ),
  )
})

function rounded(value: number): number {
  return Number(value.toFixed(4))
}
