import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cohenKappa, type PairedAnswers } from './cohen-kappa.ts'

// kappa: statsmodels 0.15.0, `cohens_kappa`. Limits: the likelihood maximised by brute force over a grid of both marginals,
// refined twelve times (NumPy), and its crossing found by bisection. Nothing is shared with the code.
test.each([
  [[20, 5, 10, 15], 0.4, 0.137286273, 0.627114819],
  [[45, 15, 25, 15], 0.130434783, -0.060753218, 0.321753882],
  [[25, 35, 5, 35], 0.259259259, 0.106697595, 0.410990095],
  [[2, 1, 1, 2], 0.333333333, -0.438423098, 0.870319901],
  [[3, 1, 2, 94], 0.65116279, 0.244873391, 0.910390579],
  // One rater always says no.
  [[0, 3, 0, 97], 0, -0.024988553, 0.635095819],
  [[0, 0, 5, 5], 0, -0.330721072, 0.333876055],
  // Agreement, and its opposite, throughout.
  [[10, 0, 0, 10], 1, 0.816861769, 1],
  [[1, 0, 0, 1], 1, -0.234493463, 1],
  [[0, 5, 5, 0], -1, -1, -0.516337095],
  // The likelihood has two peaks.
  [[1, 15, 16, 0], -0.9375, -0.996325, -0.704821157],
] as const)(
  'cohenKappa() agrees with a search by brute force for %j',
  (table, kappa, low, high) => {
    const [both, onlyFirst, onlySecond, neither] = table

    const found = cohenKappa({ both, onlyFirst, onlySecond, neither })

    expect(found.kappa).toBeCloseTo(kappa, 8)
    expect(found.low).toBeCloseTo(low, 5)
    expect(found.high).toBeCloseTo(high, 5)
  },
)

// Fleiss, Cohen and Everitt's interval of this table by statsmodels 0.15.0: 0.95299 to 0.96433.
test('cohenKappa() comes to the usual interval where there is much to go by', () => {
  const { kappa, low, high } = cohenKappa({
    both: 4000,
    onlyFirst: 130,
    onlySecond: 70,
    neither: 5800,
  })

  expect(kappa).toBeCloseTo(0.95866, 5)
  expect(low).toBeCloseTo(0.95299, 3)
  expect(high).toBeCloseTo(0.96433, 3)
})

test('cohenKappa() contains its estimate, lies in [−1, 1], and does not care which rater or answer comes first', () => {
  fc.assert(
    fc.property(tables(), (table) => {
      const { kappa, low, high } = cohenKappa(table)
      const otherRater = cohenKappa({
        ...table,
        onlyFirst: table.onlySecond,
        onlySecond: table.onlyFirst,
      })
      const otherAnswer = cohenKappa({ ...table, both: table.neither, neither: table.both })

      expect(-1 <= low && low <= (kappa ?? 0) && (kappa ?? 0) <= high && high <= 1).toBe(true)
      expect(low).toBeLessThan(high)
      for (const other of [otherRater, otherAnswer]) {
        expect(other.kappa).toBe(kappa)
        expect(other.low).toBeCloseTo(low, 5)
        expect(other.high).toBeCloseTo(high, 5)
      }
    }),
    { numRuns: 50 },
  )
})

test.each([
  { both: 0, onlyFirst: 0, onlySecond: 0, neither: 0 },
  { both: 7, onlyFirst: 0, onlySecond: 0, neither: 0 },
  { both: 0, onlyFirst: 0, onlySecond: 0, neither: 7 },
])('cohenKappa() of %j is not defined, and anything may be true', (table) => {
  expect(cohenKappa(table)).toEqual({ kappa: null, low: -1, high: 1 })
})

test('cohenKappa() refuses impossible counts and levels', () => {
  const table = { both: 1, onlyFirst: 1, onlySecond: 1, neither: 1 }

  expect(() => cohenKappa({ ...table, onlyFirst: -1 })).toThrow(
    'Cannot compute Cohen’s kappa: onlyFirst must be a whole number, 0 or more, but is -1',
  )
  expect(() => cohenKappa({ ...table, neither: 0.5 })).toThrow(RangeError)
  expect(() => cohenKappa(table, { level: 95 })).toThrow(RangeError)
})

function tables(): fc.Arbitrary<PairedAnswers> {
  const count = fc.integer({ min: 0, max: 200 })
  return fc.record({ both: count, onlyFirst: count, onlySecond: count, neither: count })
}
