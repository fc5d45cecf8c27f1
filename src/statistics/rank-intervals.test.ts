import fc from 'fast-check'
import { expect, test } from 'vitest'
import { binomialProbabilities } from './binomial-probabilities.ts'
import { rankIntervals } from './rank-intervals.ts'

test('rankIntervals() tells apart what differs much, and gives a group without trials every rank', () => {
  const groups = [
    { k: 79, n: 100 },
    { k: 7, n: 100 },
    { k: 0, n: 100 },
    { k: 0, n: 0 },
    { k: 70, n: 100 },
  ]

  expect(rankIntervals({ groups })).toEqual([
    { rank: 4, low: 3, high: 5 },
    { rank: 2, low: 1, high: 3 },
    { rank: 1, low: 1, high: 3 },
    { rank: null, low: 1, high: 5 },
    { rank: 3, low: 3, high: 5 },
  ])
})

test('rankIntervals() lets equal rates share the lower rank', () => {
  const groups = [
    { k: 10, n: 30 },
    { k: 1, n: 3 },
    { k: 0, n: 3 },
    { k: 2, n: 3 },
  ]

  expect(rankIntervals({ groups }).map(({ rank }) => rank)).toEqual([2, 2, 1, 4])
})

test('rankIntervals() of one group is 1, of none is nothing', () => {
  expect(rankIntervals({ groups: [{ k: 3, n: 10 }] })).toEqual([{ rank: 1, low: 1, high: 1 }])
  expect(rankIntervals({ groups: [] })).toEqual([])
})

// Three groups of ten trials: all 11³ samples.
test.each([
  { rates: [0.5, 0.5, 0.5], ranks: [1, 1, 1] },
  { rates: [0.1, 0.5, 0.5], ranks: [1, 2, 2] },
  { rates: [0.05, 0.05, 0.9], ranks: [1, 1, 3] },
  { rates: [0.2, 0.5, 0.8], ranks: [1, 2, 3] },
])('rankIntervals() all hold together in 95 % of samples with rates $rates', (row) => {
  const chances = row.rates.map((rate) => chancesOf(10, rate))
  let held = 0
  let narrowed = 0
  for (let sample = 0; sample < 11 ** 3; sample++) {
    const events = [0, 1, 2].map((place) => Math.floor(sample / 11 ** place) % 11)
    const chance = events.reduce((all, k, place) => all * (chances[place]?.[k] ?? 0), 1)
    const intervals = rankIntervals({ groups: events.map((k) => ({ k, n: 10 })) })
    const isHeld = row.ranks.every((rank, place) => {
      const { low = 0, high = 0 } = intervals[place] ?? {}
      return low <= rank && rank <= high
    })
    if (isHeld) held += chance
    if (intervals.some(({ low, high }) => high - low < 2)) narrowed += chance
  }

  expect(held).toBeGreaterThanOrEqual(0.95)
  // Where rates are far apart something is learned.
  if (new Set(row.rates).size > 1) expect(narrowed).toBeGreaterThan(0.1)
})

test('rankIntervals() contain the observed ranks, widen with the level, and follow their groups', () => {
  const counts = fc
    .integer({ min: 0, max: 400 })
    .chain((n) => fc.record({ k: fc.integer({ min: 0, max: n }), n: fc.constant(n) }))
  const level = fc.double({ min: 0.01, max: 0.999999, noNaN: true })
  fc.assert(
    fc.property(fc.array(counts, { maxLength: 6 }), level, level, (groups, one, other) => {
      const inner = rankIntervals({ groups, level: Math.min(one, other) })
      const outer = rankIntervals({ groups, level: Math.max(one, other) })

      for (const [place, { rank, low, high }] of inner.entries()) {
        const wide = outer[place] ?? { low: 0, high: 0 }
        expect(1 <= wide.low && wide.low <= low && high <= wide.high).toBe(true)
        expect(wide.high).toBeLessThanOrEqual(groups.length)
        expect(low <= (rank ?? low) && (rank ?? low) <= high).toBe(true)
      }
      const turned = rankIntervals({ groups: groups.toReversed(), level: Math.min(one, other) })
      expect(turned.toReversed()).toEqual(inner)
    }),
  )
})

test('rankIntervals() refuses impossible counts and levels', () => {
  expect(() => rankIntervals({ groups: [{ k: 3, n: 2 }] })).toThrow(RangeError)
  expect(() => rankIntervals({ groups: [], level: 95 })).toThrow(RangeError)
})

function chancesOf(n: number, rate: number): readonly number[] {
  const { lowest, probabilities } = binomialProbabilities({ n, rate })
  return Array.from({ length: n + 1 }, (_, k) => probabilities[k - lowest] ?? 0)
}
