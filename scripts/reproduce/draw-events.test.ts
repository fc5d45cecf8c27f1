import { expect, test } from 'vitest'
import { seededRandom } from '../../src/support/random.ts'
import { drawEvents } from './draw-events.ts'

test('drawEvents() draws each count as often as it is probable', () => {
  const chance = seededRandom('draws')
  const counts = [0, 0, 0, 0]
  for (let draw = 0; draw < 20_000; draw++) {
    const k = drawEvents(3, 0.2, chance)
    counts[k] = (counts[k] ?? 0) + 1
  }

  const expected = [0.512, 0.384, 0.096, 0.008].map((share) => 20_000 * share)
  const chiSquare = expected.reduce(
    (sum, each, k) => sum + ((counts[k] ?? 0) - each) ** 2 / each,
    0,
  )
  // The 0.1 % point of χ² with three degrees of freedom; the seed is fixed.
  expect(chiSquare).toBeLessThan(16.27)
  expect(counts).toHaveLength(4)
})

test.each([
  { trials: 0, rate: 0.5, k: 0 },
  { trials: 10, rate: 0, k: 0 },
  { trials: 10, rate: 1, k: 10 },
])('drawEvents() gives $k of $trials at rate $rate', ({ trials, rate, k }) => {
  expect(drawEvents(trials, rate, seededRandom('certain'))).toBe(k)
})
