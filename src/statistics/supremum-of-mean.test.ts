import fc from 'fast-check'
import { expect, test } from 'vitest'
import { supremumOfMean } from './supremum-of-mean.ts'

// 2p(1 − p), p², 1 − 2p(1 − p), 10 p³ (1 − p)², and two peaks of which the second is the higher.
test.each([
  { values: [0, 1, 0], supremum: 0.5 },
  { values: [0, 0, 1], supremum: 1 },
  { values: [1, 0, 1], supremum: 1 },
  { values: [0, 0, 0, 1, 0, 0], supremum: 10 * 0.6 ** 3 * 0.4 ** 2 },
  { values: [0.3, 0, 0, 0, 0, 0.4], supremum: 0.4 },
  { values: [0, 0, 0], supremum: 0 },
  { values: [1e-300, 0], supremum: 1e-300 },
])('supremumOfMean() of $values is $supremum', ({ values, supremum }) => {
  const found = supremumOfMean(values)

  expect(found).toBeGreaterThanOrEqual(supremum * (1 - 1e-14))
  expect(found).toBeLessThanOrEqual(supremum * (1 + 2e-10))
})

test('supremumOfMean() is above the mean at every rate, and hardly above the highest', () => {
  // Below the smallest normal number products have no digits left, and nothing that is counted comes near it.
  const value = fc.oneof(fc.constant(0), fc.double({ min: 1e-200, max: 1, noNaN: true }))
  fc.assert(
    fc.property(fc.array(value, { minLength: 2, maxLength: 40 }), (values) => {
      const rates = Array.from(
        { length: 2001 },
        (_, index) => Math.sin((index * Math.PI) / 4e3) ** 2,
      )
      const highest = Math.max(...rates.map((rate) => meanAt(values, rate)))
      const found = supremumOfMean(values)

      expect(found).toBeGreaterThanOrEqual(highest * (1 - 1e-12))
      // Between two of the rates the mean can rise by the bound on its bend, and no more.
      expect(found).toBeLessThanOrEqual(highest * (1 + 1e-9) + 1e-4 * Math.max(...values))
    }),
    { numRuns: 50 },
  )
})

/** By de Casteljau's scheme: repeated averages of neighbours. */
function meanAt(values: readonly number[], rate: number): number {
  let row = values
  while (row.length > 1) {
    row = row.slice(1).map((value, index) => rate * value + (1 - rate) * (row[index] ?? 0))
  }
  return row[0] ?? 0
}
