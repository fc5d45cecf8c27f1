import { expect, test } from 'vitest'
import { binomialProbabilities } from '../binomial-probabilities.ts'
import { stoppingTime } from './stopping-time.ts'

test('stoppingTime() of a rule that stops with the first event is geometric', () => {
  const { decided, undecided, mean } = stoppingTime({
    rate: 0.25,
    isDecided: ({ k }) => k > 0,
    every: 1,
    least: 1,
    most: 4,
  })

  expect(decided.map(({ n }) => n)).toEqual([1, 2, 3, 4])
  decided.forEach(({ n, probability }) => {
    expect(probability).toBeCloseTo(0.25 * 0.75 ** (n - 1), 14)
  })
  expect(undecided).toBeCloseTo(0.75 ** 4, 14)
  expect(mean).toBeCloseTo(1 + 0.75 + 0.75 ** 2 + 0.75 ** 3, 14)
})

test('stoppingTime() looks at batches, from the least number on, and once more at the most', () => {
  const looked: number[] = []
  const never = (n: number) => {
    if (looked.at(-1) !== n) looked.push(n)
    return false
  }

  const { undecided, mean, decided } = stoppingTime({
    rate: 0.5,
    isDecided: ({ n }) => never(n),
    every: 10,
    least: 25,
    most: 55,
  })

  expect(looked).toEqual([30, 40, 50, 55])
  expect(decided).toEqual([])
  expect(undecided).toBeCloseTo(1, 12)
  expect(mean).toBeCloseTo(55, 10)
})

test('stoppingTime() with a single look is a binomial tail', () => {
  const { lowest, probabilities } = binomialProbabilities({ n: 40, rate: 0.3 })
  const atLeast15 = probabilities.slice(15 - lowest).reduce((sum, p) => sum + p, 0)

  const { decided } = stoppingTime({
    rate: 0.3,
    isDecided: ({ k }) => k >= 15,
    every: 40,
    least: 1,
    most: 40,
  })

  expect(decided).toEqual([{ n: 40, probability: expect.closeTo(atLeast15, 12) }])
})

test.each([0, 1])('stoppingTime() has one path at the rate %d', (rate) => {
  const time = stoppingTime({
    rate,
    isDecided: ({ n }) => n >= 20,
    every: 10,
    least: 1,
    most: 100,
  })

  expect(time).toEqual({ decided: [{ n: 20, probability: 1 }], undecided: 0, mean: 20 })
})

test.each([
  [{ every: 0 }, 'every must be a whole number, 1 or more, but is 0'],
  [{ most: 1.5 }, 'most must be a whole number, 1 or more, but is 1.5'],
  [{ rate: -1 }, 'a rate must lie between 0 and 1, both included, but is -1'],
])('stoppingTime() refuses %o', (wrong, message) => {
  const of = { rate: 0.5, isDecided: () => true, every: 10, least: 1, most: 100, ...wrong }

  expect(() => stoppingTime(of)).toThrow(new RangeError(`Cannot compute stopping time: ${message}`))
})

test('stoppingTime() with looks spread out decides little later, and up to many trials', () => {
  const isDecided = ({ k, n }: { readonly k: number; readonly n: number }) => k >= 0.05 * n + 40
  const of = { rate: 0.06, isDecided, every: 10, least: 20 }

  const often = stoppingTime({ ...of, most: 8_000 })
  const seldom = stoppingTime({ ...of, most: 8_000, spread: 0.01 })
  const most = stoppingTime({
    rate: 0.5,
    isDecided: () => false,
    every: 10,
    least: 20,
    most: 100_000,
    spread: 0.1,
  })

  expect(seldom.mean / often.mean).toBeGreaterThan(1)
  expect(seldom.mean / often.mean).toBeLessThan(1.02)
  expect(most.mean).toBeCloseTo(100_000, 4)
})
