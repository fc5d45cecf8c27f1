import { expect, test } from 'vitest'
import { binomialProbabilities } from '../binomial-probabilities.ts'
import { PROPORTION_METHODS, proportionInterval } from '../proportion-interval.ts'
import { proportionSequence } from '../sequences/proportion-sequence.ts'
import { expectedWidth, type WidthMethod, widestWidth } from './expected-width.ts'

const RATES = [0, 0.001, 0.01, 0.05, 0.2, 0.5, 0.9, 1]

const METHODS = [...PROPORTION_METHODS, 'confidence-sequence'] as const

test.each(METHODS)('expectedWidth() is the mean over all counts (%s)', (method) => {
  for (const [n, rate] of [
    [1, 0.3],
    [20, 0.05],
    [150, 0.5],
    [1000, 0.05],
    [1000, 0.5],
  ] as const) {
    const { lowest, probabilities } = binomialProbabilities({ n, rate })
    let mean = 0
    probabilities.forEach((probability, index) => {
      const { low, high } = intervalBy(method, { k: lowest + index, n, level: 0.9 })
      mean += probability * (high - low)
    })

    const width = expectedWidth({ n, rate, level: 0.9, method })

    expect(Math.abs(width / mean - 1)).toBeLessThan(1e-12)
  }
})

test.each(METHODS)('expectedWidth() falls with every trial (%s)', (method) => {
  for (const rate of RATES) {
    const widths = Array.from({ length: 60 }, (_, n) => expectedWidth({ n, rate, method }))

    expect(widths.every((width, n) => n === 0 || width < (widths[n - 1] ?? 0))).toBe(true)
  }
})

test.each(METHODS)('widestWidth() is that of the widest interval (%s)', (method) => {
  for (const n of [0, 1, 2, 3, 4, 5, 20, 41]) {
    const widths = Array.from({ length: n + 1 }, (_, k) => {
      const { low, high } = intervalBy(method, { k, n, level: 0.95 })
      return high - low
    })

    expect(Math.abs(widestWidth({ n, method }) - Math.max(...widths))).toBeLessThan(1e-12)
  }
})

test.each(METHODS)('widestWidth() falls from the third trial on (%s)', (method) => {
  for (const level of [0.5, 0.95, 0.999]) {
    const widths = Array.from({ length: 300 }, (_, n) => widestWidth({ n, level, method }))

    expect(widths.every((width, n) => n < 3 || width < (widths[n - 1] ?? 0))).toBe(true)
  }
})

test('without trials nothing is known', () => {
  expect([expectedWidth({ n: 0, rate: 0.5 }), widestWidth({ n: 0 })]).toEqual([1, 1])
})

test.each([
  [{ n: 10, rate: 1.1 }, 'a rate must lie between 0 and 1, both included, but is 1.1'],
  [{ n: 1.5, rate: 0.1 }, 'n must be a whole number, 0 or more, but is 1.5'],
])('expectedWidth() refuses %o', (of, message) => {
  expect(() => expectedWidth(of)).toThrow(
    new RangeError(`Cannot compute expected width: ${message}`),
  )
})

function intervalBy(method: WidthMethod, of: { k: number; n: number; level: number }) {
  return method === 'confidence-sequence'
    ? proportionSequence(of)
    : proportionInterval({ ...of, method })
}
