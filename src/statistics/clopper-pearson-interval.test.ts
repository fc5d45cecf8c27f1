import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clopperPearsonInterval } from './clopper-pearson-interval.ts'

// R. G. Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine
// 17 (1998) 857–872, table I, method 5.
test.each([
  { k: 81, n: 263, low: 0.2527, high: 0.3676 },
  { k: 15, n: 148, low: 0.0578, high: 0.1617 },
  { k: 0, n: 20, low: 0, high: 0.1684 },
  { k: 1, n: 29, low: 0.0009, high: 0.1776 },
])('clopperPearsonInterval() gives the published limits of $k in $n', ({ k, n, low, high }) => {
  const interval = clopperPearsonInterval({ k, n })

  expect({ low: rounded(interval.low), high: rounded(interval.high) }).toEqual({ low, high })
})

test('clopperPearsonInterval() of no events ends where (1 − p)^n is the tail', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), (n) => {
      const { high } = clopperPearsonInterval({ k: 0, n })

      expect(Math.abs(high / -Math.expm1(Math.log(0.025) / n) - 1)).toBeLessThan(1e-9)
    }),
  )
})

test('clopperPearsonInterval() leaves α/2 of the binomial beyond each limit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 60 }), fc.integer({ min: 1, max: 59 }), (n, events) => {
      const k = Math.min(events, n - 1)
      const { low, high } = clopperPearsonInterval({ k, n, level: 0.9 })

      expect(binomialBetween(k, n, n, low)).toBeCloseTo(0.05, 11)
      expect(binomialBetween(0, k, n, high)).toBeCloseTo(0.05, 11)
    }),
  )
})

function binomialBetween(from: number, to: number, n: number, rate: number): number {
  let total = 0
  let probability = (1 - rate) ** n
  for (let k = 0; k <= to; k++) {
    if (k >= from) total += probability
    probability *= ((n - k) / (k + 1)) * (rate / (1 - rate))
  }
  return total
}

function rounded(value: number): number {
  return Number(value.toFixed(4))
}
