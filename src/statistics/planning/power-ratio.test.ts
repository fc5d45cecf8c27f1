import { expect, test } from 'vitest'
import { binomialProbabilities } from '../binomial-probabilities.ts'
import { miettinenNurminenRatio } from '../miettinen-nurminen-ratio.ts'
import reference from './planning-reference-values.json' with { type: 'json' }
import { powerRatio } from './power-ratio.ts'

test.each(reference.ratioPower)(
  'powerRatio() agrees to 1e-9 with mpmath for $p1 in $n1 over $p2 in $n2 above $ratio at $level',
  ({ ratio, n1, p1, n2, p2, level, power }) => {
    const found = powerRatio({
      ratio,
      first: { n: n1, rate: p1 },
      second: { n: n2, rate: p2 },
      level,
    })

    expect(Math.abs(found - power)).toBeLessThan(1e-9)
  },
)

test('powerRatio() is the probability of the tables whose interval starts above the ratio', () => {
  const first = { n: 25, rate: 0.6 }
  const second = { n: 30, rate: 0.15 }
  const one = binomialProbabilities(first)
  const two = binomialProbabilities(second)
  let power = 0
  one.probabilities.forEach((probability1, k1) => {
    two.probabilities.forEach((probability2, k2) => {
      const interval = miettinenNurminenRatio({
        first: { k: k1, n: 25 },
        second: { k: k2, n: 30 },
      })
      if (interval.low > 2) power += probability1 * probability2
    })
  })

  expect(Math.abs(powerRatio({ ratio: 2, first, second }) - power)).toBeLessThan(1e-12)
})

test('powerRatio() is 0 without trials or without events', () => {
  const some = { n: 10, rate: 0.5 }

  expect(powerRatio({ ratio: 1, first: { n: 0, rate: 0.5 }, second: some })).toBe(0)
  expect(powerRatio({ ratio: 1, first: some, second: { n: 0, rate: 0.5 } })).toBe(0)
  expect(powerRatio({ ratio: 1, first: { n: 10, rate: 0 }, second: some })).toBe(0)
})

test.each([0, -1, Infinity, Number.NaN])('powerRatio() refuses the ratio %d', (ratio) => {
  const group = { n: 10, rate: 0.5 }

  expect(() => powerRatio({ ratio, first: group, second: group })).toThrow(
    new RangeError(`Cannot compute power of a ratio: ratio must be above 0, but is ${ratio}`),
  )
})
