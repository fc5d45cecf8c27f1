import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import reference from './comparison-reference-values.json' with { type: 'json' }
import { FISHER_ALTERNATIVES } from './fisher-exact.ts'
import { mcnemarExact } from './mcnemar-exact.ts'

describe.each(FISHER_ALTERNATIVES)('mcnemarExact() %s', (alternative) => {
  test.each(reference.mcnemar)(
    'agrees to 1e-9 with mpmath for $onlyFirst against $onlySecond',
    (row) => {
      const found = mcnemarExact({ ...row, alternative })

      // Beyond the smallest double the reference is 0 and the answer the smallest double.
      for (const kind of ['exact', 'midP'] as const) {
        const expected = Math.max(row[alternative][kind], Number.MIN_VALUE)
        expect(Math.abs(found[kind] / expected - 1)).toBeLessThan(1e-9)
      }
    },
  )
})

// Fagerland, Lydersen and Laake, table 1: 1 and 7 discordant pairs of 21 children.
test('mcnemarExact() gives the published p-values of 1 against 7', () => {
  const { exact, midP } = mcnemarExact({ onlyFirst: 1, onlySecond: 7 })

  expect([exact.toFixed(4), midP.toFixed(4)]).toEqual(['0.0703', '0.0391'])
})

test('mcnemarExact() does not care which half is first, and its mid-p is the smaller', () => {
  const count = fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 100_000 }))
  fc.assert(
    fc.property(count, count, (onlyFirst, onlySecond) => {
      const forth = mcnemarExact({ onlyFirst, onlySecond })
      const less = mcnemarExact({ onlyFirst, onlySecond, alternative: 'less' })
      const turned = { onlyFirst: onlySecond, onlySecond: onlyFirst }

      expect(mcnemarExact(turned)).toEqual(forth)
      expect(mcnemarExact({ ...turned, alternative: 'greater' })).toEqual(less)
      expect(0 < forth.midP && forth.midP <= forth.exact && forth.exact <= 1).toBe(true)
      expect(0 < less.midP && less.midP <= less.exact && less.exact <= 1).toBe(true)
    }),
  )
})

test('mcnemarExact() shows nothing where no pair differs', () => {
  for (const alternative of FISHER_ALTERNATIVES) {
    expect(mcnemarExact({ onlyFirst: 0, onlySecond: 0, alternative })).toEqual({
      exact: 1,
      midP: 1,
    })
  }
})

test('mcnemarExact() answers with the smallest double where p is smaller still', () => {
  expect(mcnemarExact({ onlyFirst: 0, onlySecond: 1_000_000 })).toEqual({
    exact: Number.MIN_VALUE,
    midP: Number.MIN_VALUE,
  })
})

test('mcnemarExact() refuses impossible counts', () => {
  expect(() => mcnemarExact({ onlyFirst: -1, onlySecond: 0 })).toThrow(
    new RangeError(
      'Cannot compute McNemar test: onlyFirst must be a whole number, 0 or more, but is -1',
    ),
  )
  expect(() => mcnemarExact({ onlyFirst: 0, onlySecond: 0.5 })).toThrow(RangeError)
})
