import { expect, test } from 'vitest'
import { binomialProbabilities } from '../binomial-probabilities.ts'
import { isDifferenceShown } from './is-difference-shown.ts'
import { pairStoppingTime } from './pair-stopping-time.ts'

test('pairStoppingTime() with a single look is the sum over its tables', () => {
  const rates = [0.7, 0.2] as const
  const [one, two] = rates.map((rate) => binomialProbabilities({ n: 25, rate }))
  let shown = 0
  one?.probabilities.forEach((probability1, k1) => {
    two?.probabilities.forEach((probability2, k2) => {
      const of = { first: { k: k1, n: 25 }, second: { k: k2, n: 25 }, level: 0.95 }
      if (isDifferenceShown(of)) shown += probability1 * probability2
    })
  })

  const { decided, undecided, mean } = pairStoppingTime({
    rates,
    level: 0.95,
    every: 25,
    least: 1,
    most: 25,
  })

  expect(decided).toEqual([{ n: 25, probability: expect.closeTo(shown, 12) }])
  expect(undecided).toBeCloseTo(1 - shown, 12)
  expect(mean).toBe(25)
})

test('pairStoppingTime() at equal rates errs less often than the level allows', () => {
  const { undecided } = pairStoppingTime({
    rates: [0.3, 0.3],
    level: 0.95,
    every: 10,
    least: 10,
    most: 200,
  })

  expect(1 - undecided).toBeLessThan(0.05)
})

test('pairStoppingTime() decides certain rates at one look, and takes few trials for rates far apart', () => {
  const certain = pairStoppingTime({ rates: [1, 0], level: 0.95, every: 5, least: 5, most: 100 })
  const far = pairStoppingTime({
    rates: [0.79, 0.07],
    level: 0.95,
    every: 10,
    least: 10,
    most: 100,
  })

  expect(certain.decided).toHaveLength(1)
  expect(certain.mean).toBe(certain.decided[0]?.n)
  expect(far.mean).toBeLessThan(25)
  expect(far.undecided).toBeLessThan(1e-6)
  expect(far.decided.reduce((sum, each) => sum + each.probability, far.undecided)).toBeCloseTo(1, 9)
})
