import fc from 'fast-check'
import { expect, test } from 'vitest'
import { binomialProbabilities, lowerTail } from './binomial-probabilities.ts'

test('binomialProbabilities() are the ways to choose, times the powers', () => {
  expect(binomialProbabilities({ n: 4, rate: 0.5 })).toEqual({
    lowest: 0,
    probabilities: [1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16],
  })
})

test.each([
  { n: 0, rate: 0.3, lowest: 0 },
  { n: 7, rate: 0, lowest: 0 },
])(
  'binomialProbabilities() has one certain count for $n trials at $rate',
  ({ n, rate, lowest }) => {
    const { lowest: from, probabilities } = binomialProbabilities({ n, rate })

    expect(from).toBe(lowest)
    expect(probabilities[0]).toBe(1)
    expect(probabilities.slice(1).every((probability) => probability === 0)).toBe(true)
  },
)

test('binomialProbabilities() at rate 1 is certain of n', () => {
  const { lowest, probabilities } = binomialProbabilities({ n: 7, rate: 1 })

  expect(probabilities[7 - lowest]).toBe(1)
  expect(probabilities.reduce((sum, probability) => sum + probability, 0)).toBe(1)
})

test('binomialProbabilities() add up to 1 and have the mean and variance that they must', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (n, rate) => {
        const { lowest, probabilities } = binomialProbabilities({ n, rate })
        let total = 0
        let mean = 0
        probabilities.forEach((probability, index) => {
          total += probability
          mean += probability * (lowest + index)
        })

        expect(Math.abs(total - 1)).toBeLessThan(1e-11)
        expect(Math.abs(mean - n * rate)).toBeLessThan(1e-9 * n + 1e-12)
      },
    ),
    { numRuns: 50 },
  )
})

// R 4.2: pbinom(5, 1000, 0.01), pbinom(0, 299, 0.01), pbinom(100, 10000, 0.02).
test.each([
  [5, 1000, 0.01, 0.0661395116073],
  [0, 299, 0.01, 0.0495362566377],
  [100, 10_000, 0.02, 2.22862547521e-15],
])('lowerTail() up to %d of %d at %d is %d', (most, n, rate, expected) => {
  const tail = lowerTail(binomialProbabilities({ n, rate }), most)

  expect(Math.abs(tail / expected - 1)).toBeLessThan(1e-9)
})
