import fc from 'fast-check'
import { expect, test } from 'vitest'
import { missingBounds } from './missing-bounds.ts'
import { PROPORTION_METHODS, proportionInterval } from './proportion-interval.ts'

test.each(PROPORTION_METHODS)(
  'missingBounds() is the %s interval where nothing is missing',
  (method) => {
    const counts = { k: 7, n: 100 }

    expect(missingBounds({ ...counts, m: 0, level: 0.9, method })).toEqual(
      proportionInterval({ ...counts, level: 0.9, method }),
    )
  },
)

test('missingBounds() counts the missing trials against each end, with sampling error', () => {
  expect(missingBounds({ k: 7, n: 90, m: 10 })).toEqual({
    low: proportionInterval({ k: 7, n: 100 }).low,
    high: proportionInterval({ k: 17, n: 100 }).high,
  })
})

test('missingBounds() is [0, 1] where every trial is missing, or there was none', () => {
  expect(missingBounds({ k: 0, n: 0, m: 10 })).toEqual({ low: 0, high: 1 })
  expect(missingBounds({ k: 0, n: 0, m: 0 })).toEqual({ low: 0, high: 1 })
})

test('missingBounds() widens with every missing trial and contains both extremes', () => {
  fc.assert(
    fc.property(
      fc.nat(1000),
      fc.nat(1000),
      fc.nat(100),
      fc.constantFrom(...PROPORTION_METHODS),
      (k, others, m, method) => {
        const n = k + others
        const bounds = missingBounds({ k, n, m, method })
        const wider = missingBounds({ k, n, m: m + 1, method })

        expect(wider.low <= bounds.low && bounds.high <= wider.high).toBe(true)
        if (n + m === 0) return
        expect(bounds.low <= k / (n + m) && (k + m) / (n + m) <= bounds.high).toBe(true)
      },
    ),
  )
})

test.each([-1, 0.5, NaN])('missingBounds() refuses %d missing trials', (m) => {
  expect(() => missingBounds({ k: 1, n: 2, m })).toThrow(
    new RangeError(
      `Cannot compute missing bounds: m must be a whole number, 0 or more, but is ${m}`,
    ),
  )
})

test('missingBounds() refuses impossible counts that would be possible with the missing ones', () => {
  expect(() => missingBounds({ k: 5, n: 3, m: 4 })).toThrow(
    new RangeError(
      'Cannot compute missing bounds: k must be a whole number from 0 to n = 3, but is 5',
    ),
  )
})
