import fc from 'fast-check'
import { expect, test } from 'vitest'
import { binomialProbabilities } from './binomial-probabilities.ts'
import reference from './comparison-reference-values.json' with { type: 'json' }
import { fisherExact } from './fisher-exact.ts'
import { holmAdjust } from './holm-adjust.ts'

test.each(reference.adjusted)('holmAdjust() agrees with R’s p.adjust for $p', ({ p, holm }) => {
  const adjusted = holmAdjust(p)

  expect(adjusted).toEqual(holm.map((value) => expect.closeTo(value, 12)))
  for (const [place, value] of holm.entries()) {
    if (value > 0) expect(Math.abs((adjusted[place] ?? 0) / value - 1)).toBeLessThan(1e-12)
  }
})

// Each p is uniform on 1/120, 2/120, … where its hypothesis holds, so that the thresholds 5 %/3, 5 %/2 and 5 % are values
// that it takes: nothing is lost to discreteness. What is above 6/120 is never rejected and counts as one value.
test.each([
  { isTrue: 3, error: 1 - (1 - 2 / 120) ** 3 },
  { isTrue: 2, error: 1 - (1 - 3 / 120) ** 2 },
  { isTrue: 1, error: 6 / 120 },
])('holmAdjust() keeps the family error at 5 % with $isTrue of 3 hypotheses true', (row) => {
  const values = [
    ...[1, 2, 3, 4, 5, 6].map((part) => ({ p: part / 120, chance: 1 / 120 })),
    { p: 1, chance: 114 / 120 },
  ]
  let error = 0
  for (const first of values) {
    for (const second of values) {
      for (const third of values) {
        const drawn = [first, second, third].slice(0, row.isTrue)
        const adjusted = holmAdjust([...drawn.map(({ p }) => p), 0, 0].slice(0, 3))
        const isRejected = adjusted.slice(0, row.isTrue).some((p) => p <= 0.05 + 1e-12)
        if (isRejected) error += first.chance * second.chance * third.chance
      }
    }
  }

  expect(error).toBeCloseTo(row.error, 12)
  expect(error).toBeLessThanOrEqual(0.05 + 1e-12)
})

// Three arms of ten trials against one baseline, which makes the tests depend on each other: all 11⁴ samples.
test.each([
  { rates: [0.3, 0.3, 0.3], baseline: 0.3 },
  { rates: [0.5, 0.5, 0.5], baseline: 0.5 },
  { rates: [0.5, 0.5, 1], baseline: 0.5 },
  { rates: [0.5, 1, 1], baseline: 0.5 },
])('holmAdjust() of Fisher tests keeps the family error for $rates against $baseline', (row) => {
  const p = Array.from({ length: 11 }, (_, k) => {
    return Array.from({ length: 11 }, (_, against) => {
      return fisherExact({ first: { k, n: 10 }, second: { k: against, n: 10 } })
    })
  })
  const chances = [...row.rates, row.baseline].map((rate) => chancesOf(10, rate))
  const isTrue = row.rates.map((rate) => rate === row.baseline)
  let error = 0
  for (let sample = 0; sample < 11 ** 4; sample++) {
    const [k1 = 0, k2 = 0, k3 = 0, k0 = 0] = [0, 1, 2, 3].map((place) => {
      return Math.floor(sample / 11 ** place) % 11
    })
    const chance = [k1, k2, k3, k0].reduce((all, k, place) => all * (chances[place]?.[k] ?? 0), 1)
    if (chance === 0) continue
    const adjusted = holmAdjust([k1, k2, k3].map((k) => p[k]?.[k0] ?? 1))
    if (adjusted.some((value, place) => isTrue[place] && value <= 0.05)) error += chance
  }

  expect(error).toBeGreaterThan(0)
  expect(error).toBeLessThanOrEqual(0.05)
})

test('holmAdjust() never lowers a p, keeps their order, and does not depend on it', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 }), (p) => {
      const adjusted = holmAdjust(p)

      expect(adjusted.every((value, place) => value >= (p[place] ?? 0) && value <= 1)).toBe(true)
      expect(holmAdjust(p.toReversed())).toEqual(adjusted.toReversed())
    }),
  )
})

test('holmAdjust() of no test is nothing', () => {
  expect(holmAdjust([])).toEqual([])
})

test.each([-0.1, 1.1, NaN])('holmAdjust() refuses the p-value %d', (p) => {
  expect(() => holmAdjust([0.5, p])).toThrow(
    new RangeError(
      `Cannot compute Holm adjustment: a p-value must lie between 0 and 1, but one is ${p}`,
    ),
  )
})

function chancesOf(n: number, rate: number): readonly number[] {
  const { lowest, probabilities } = binomialProbabilities({ n, rate })
  return Array.from({ length: n + 1 }, (_, k) => probabilities[k - lowest] ?? 0)
}
