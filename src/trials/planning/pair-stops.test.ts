import { expect, test } from 'vitest'
import { pairStoppingTime } from '../../statistics/planning/pair-stopping-time.ts'
import { seededRandom } from '../../support/random.ts'
import { pairStops } from './pair-stops.ts'

test('pairStops() simulates what would take too long, near to what it comes to exactly', () => {
  // Every trial is a look: too many pairs for its budget, and few enough for this comparison.
  const of = { rates: [0.3, 0.6], level: 0.95, every: 1, least: 20, most: 200 } as const

  const exact = pairStoppingTime(of)
  const simulated = pairStops(of, seededRandom('a'))

  expect(simulated.by).toBe('simulation')
  expect(pairStops(of, seededRandom('a'))).toEqual(simulated)
  expect(Math.abs(simulated.undecided - exact.undecided)).toBeLessThan(0.07)
  expect(Math.abs(simulated.mean - exact.mean)).toBeLessThan(12)
})

test.each([
  [[0, 0.5], 1_000_000],
  [[1, 0], 1_000_000],
  [[0.5, 0.7], 1_000_000],
] as const)('pairStops() of %o and up to %d trials is a probability', (rates, most) => {
  const { undecided, mean, decided } = pairStops(
    { rates, level: 0.95, every: 10, least: 20, most },
    seededRandom('a'),
  )

  const shown = decided.reduce((sum, { probability }) => sum + probability, 0)
  expect(shown + undecided).toBeCloseTo(1, 6)
  expect(mean).toBeLessThanOrEqual(most)
})
