import { expect, test } from 'vitest'
import { powerRatio } from './power-ratio.ts'
import { trialsForRatio } from './trials-for-ratio.ts'

test.each([
  { ratio: 1, rates: [0.79, 0.07], power: 0.8 },
  { ratio: 2, rates: [0.79, 0.3], power: 0.8 },
  { ratio: 10, rates: [0.79, 0.02], power: 0.9 },
] as const)('trialsForRatio() is the smallest that lasts for %o', ({ ratio, rates, power }) => {
  const n = trialsForRatio({ ratio, rates, power }) ?? 0
  const powerAt = (trials: number) =>
    powerRatio({
      ratio,
      first: { n: trials, rate: rates[0] },
      second: { n: trials, rate: rates[1] },
    })

  expect(powerAt(n - 1)).toBeLessThan(power)
  for (let more = 0; more < 40; more++) expect(powerAt(n + more)).toBeGreaterThanOrEqual(power)
})

test('trialsForRatio() finds no number where the rates do not stand in that ratio', () => {
  expect(trialsForRatio({ ratio: 2, rates: [0.2, 0.1], power: 0.8 })).toBe(null)
  expect(trialsForRatio({ ratio: 2, rates: [0, 0], power: 0.8 })).toBe(null)
})
