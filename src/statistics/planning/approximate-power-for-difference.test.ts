import { expect, test } from 'vitest'
import { approximatePowerForDifference } from './approximate-power-for-difference.ts'
import { approximateTrialsForDifference } from './approximate-trials-for-difference.ts'
import { powerDifference } from './power-difference.ts'

test.each([
  { rates: [0.5, 0.52], power: 0.8, level: 0.95 },
  { rates: [0.001, 0.0015], power: 0.9, level: 0.999 },
  { rates: [0.5, 0.51], power: 0.999999, level: 0.95 },
] as const)('approximatePowerForDifference() undoes the number of trials for %o', (of) => {
  const n = Math.ceil(approximateTrialsForDifference(of).corrected)

  expect(approximatePowerForDifference({ ...of, n })).toBeCloseTo(of.power, 3)
})

test.each([
  [10_000, [0.5, 0.52]],
  [20_000, [0.01, 0.013]],
] as const)(
  'approximatePowerForDifference() is near the exact power of %d trials at %o',
  (n, rates) => {
    const [first, second] = rates
    const exact = powerDifference({ first: { n, rate: first }, second: { n, rate: second } })

    expect(Math.abs(approximatePowerForDifference({ n, rates }) - exact)).toBeLessThan(0.01)
  },
)

test.each([
  [0, [0.1, 0.2], 0],
  [1, [0, 1], 0],
  [1_000_000, [0, 1], 1],
  [1_000_000, [0.3, 0.3], 0],
  [1_000_000, [0, 0.5], 1],
] as const)('approximatePowerForDifference() of %d trials at %o is %d', (n, rates, power) => {
  expect(approximatePowerForDifference({ n, rates })).toBe(power)
})

test('approximatePowerForDifference() refuses what is no rate and no level', () => {
  expect(() => approximatePowerForDifference({ n: 10, rates: [0.1, 2] })).toThrow(RangeError)
  expect(() => approximatePowerForDifference({ n: -1, rates: [0.1, 0.2] })).toThrow(RangeError)
  expect(() => approximatePowerForDifference({ n: 10, rates: [0.1, 0.2], level: 1 })).toThrow(
    RangeError,
  )
})
