import fc from 'fast-check'
import { expect, test } from 'vitest'
import { benjaminiHochberg } from './benjamini-hochberg.ts'
import reference from './comparison-reference-values.json' with { type: 'json' }
import { holmAdjust } from './holm-adjust.ts'

test.each(reference.adjusted)('benjaminiHochberg() agrees with R’s p.adjust for $p', (row) => {
  const adjusted = benjaminiHochberg(row.p)

  expect(adjusted).toEqual(row.benjaminiHochberg.map((value) => expect.closeTo(value, 12)))
  for (const [place, value] of row.benjaminiHochberg.entries()) {
    if (value > 0) expect(Math.abs((adjusted[place] ?? 0) / value - 1)).toBeLessThan(1e-12)
  }
})

// Benjamini and Hochberg 1995, §4: fifteen tests, of which the method rejects four at 5 %.
test('benjaminiHochberg() rejects the published four of fifteen, Holm’s method three', () => {
  const { p } = reference.adjusted.find((row) => row.p.length === 15) ?? { p: [] }

  expect(benjaminiHochberg(p).filter((value) => value <= 0.05)).toHaveLength(4)
  expect(holmAdjust(p).filter((value) => value <= 0.05)).toHaveLength(3)
})

// As for Holm's method: uniform on 1/120, 2/120, …, of which 5 %·j/3 are values. The share of false ones among what is
// rejected is then expected to be exactly 5 % times the share of true hypotheses.
test.each([3, 2, 1])(
  'benjaminiHochberg() keeps false discoveries at 5 %% with %d of 3 true',
  (m) => {
    const values = [
      ...[1, 2, 3, 4, 5, 6].map((part) => ({ p: part / 120, chance: 1 / 120 })),
      { p: 1, chance: 114 / 120 },
    ]
    let share = 0
    for (const first of values) {
      for (const second of values) {
        for (const third of values) {
          const drawn = [first, second, third].slice(0, m)
          const adjusted = benjaminiHochberg([...drawn.map(({ p }) => p), 0, 0].slice(0, 3))
          const isRejected = adjusted.map((p) => p <= 0.05 + 1e-12)
          const rejected = isRejected.filter(Boolean).length
          const wrongly = isRejected.slice(0, m).filter(Boolean).length
          const chance = first.chance * second.chance * third.chance
          if (rejected > 0) share += (chance * wrongly) / rejected
        }
      }
    }

    expect(share).toBeCloseTo((0.05 * m) / 3, 12)
  },
)

test('benjaminiHochberg() lies between the p-values and Holm’s, and does not depend on their order', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 }), (p) => {
      const adjusted = benjaminiHochberg(p)
      const holm = holmAdjust(p)

      for (const [place, value] of adjusted.entries()) {
        expect(value).toBeGreaterThanOrEqual(p[place] ?? 0)
        expect(value).toBeLessThanOrEqual((holm[place] ?? 0) * (1 + 1e-12))
      }
      expect(benjaminiHochberg(p.toReversed())).toEqual(adjusted.toReversed())
    }),
  )
})

test('benjaminiHochberg() of no test is nothing, and refuses what is no p-value', () => {
  expect(benjaminiHochberg([])).toEqual([])
  expect(() => benjaminiHochberg([0.5, 1.1])).toThrow(RangeError)
})
