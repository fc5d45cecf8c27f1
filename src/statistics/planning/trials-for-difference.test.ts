import { expect, test } from 'vitest'
import { powerDifference } from './power-difference.ts'
import { trialsForDifference } from './trials-for-difference.ts'

test.each([
  { rates: [0.79, 0.07], power: 0.8, level: 0.95 },
  { rates: [0.5, 0.75], power: 0.9, level: 0.95 },
  { rates: [0.02, 0.2], power: 0.8, level: 0.995 },
  { rates: [0, 0.1], power: 0.8, level: 0.95 },
] as const)(
  'trialsForDifference() is the smallest that lasts for %o',
  ({ rates, power, level }) => {
    const { n, exact } = trialsForDifference({ rates, power, level }) ?? { n: 0, exact: false }
    const powerAt = (trials: number) =>
      powerDifference({
        first: { n: trials, rate: rates[0] },
        second: { n: trials, rate: rates[1] },
        level,
      })

    expect(exact).toBe(true)
    expect(powerAt(n - 1)).toBeLessThan(power)
    for (let more = 0; more < 40; more++) expect(powerAt(n + more)).toBeGreaterThanOrEqual(power)
  },
)

test('trialsForDifference() approximates where there are too many tables', () => {
  expect(trialsForDifference({ rates: [0.5, 0.52], power: 0.8 })).toEqual({ n: 9906, exact: false })
})

test('trialsForDifference() finds no number for equal rates', () => {
  expect(trialsForDifference({ rates: [0.5, 0.5], power: 0.8 })).toBe(null)
})
