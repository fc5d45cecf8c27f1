import { expect, test } from 'vitest'
import { approximateTrialsForDifference } from './approximate-trials-for-difference.ts'
import reference from './planning-reference-values.json' with { type: 'json' }

test.each(reference.normal)(
  'approximateTrialsForDifference() is R’s power.prop.test for $p1 and $p2 at $level with power $power',
  ({ p1, p2, level, power, n }) => {
    const { uncorrected } = approximateTrialsForDifference({ rates: [p1, p2], power, level })

    expect(Math.abs(uncorrected / n - 1)).toBeLessThan(1e-8)
  },
)

test('approximateTrialsForDifference() is infinite for equal rates and larger when corrected', () => {
  expect(approximateTrialsForDifference({ rates: [0.3, 0.3], power: 0.8 })).toEqual({
    uncorrected: Infinity,
    corrected: Infinity,
  })
  for (const rates of [
    [0, 1],
    [0.1, 0.2],
    [0, 0.02],
  ] as const) {
    const { uncorrected, corrected } = approximateTrialsForDifference({ rates, power: 0.8 })
    expect(corrected).toBeGreaterThan(uncorrected)
  }
})
