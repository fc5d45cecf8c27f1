import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clopperPearsonInterval } from './clopper-pearson-interval.ts'
import reference from './comparison-reference-values.json' with { type: 'json' }
import { oneSidedBounds } from './one-sided-bounds.ts'

test.each(reference.oneSided)(
  'oneSidedBounds() agrees to 1e-9 with mpmath for $k in $n at $level',
  ({ k, n, level, lower, upper }) => {
    const found = oneSidedBounds({ k, n, level })

    expect(relativeError(found.lower, lower)).toBeLessThan(1e-9)
    expect(relativeError(found.upper, upper)).toBeLessThan(1e-9)
  },
)

test('oneSidedBounds() shows a rate of at most 1 % from 299 trials without an event on', () => {
  expect(oneSidedBounds({ k: 0, n: 298 }).upper).toBeGreaterThan(0.01)
  expect(oneSidedBounds({ k: 0, n: 299 })).toEqual({
    lower: 0,
    upper: expect.closeTo(1 - 0.05 ** (1 / 299), 14),
  })
  expect(oneSidedBounds({ k: 0, n: 299 }).upper).toBeLessThanOrEqual(0.01)
  // With events: the fewest trials by R 4.2.2, qbeta(0.95, k + 1, n - k) <= 0.01.
  expect(oneSidedBounds({ k: 1, n: 472 }).upper).toBeGreaterThan(0.01)
  expect(oneSidedBounds({ k: 1, n: 473 }).upper).toBeLessThanOrEqual(0.01)
})

test('oneSidedBounds() are the ends of the two-sided interval of twice the error', () => {
  const counts = fc
    .integer({ min: 0, max: 100_000 })
    .chain((n) => fc.record({ k: fc.integer({ min: 0, max: n }), n: fc.constant(n) }))
  fc.assert(
    fc.property(counts, ({ k, n }) => {
      const { low, high } = clopperPearsonInterval({ k, n, level: 0.875 })
      const { lower, upper } = oneSidedBounds({ k, n, level: 0.9375 })

      expect({ low, high }).toEqual({ low: lower, high: upper })
    }),
  )
})

test('oneSidedBounds() are 0 and 1 without trials', () => {
  expect(oneSidedBounds({ k: 0, n: 0 })).toEqual({ lower: 0, upper: 1 })
})

test('oneSidedBounds() refuses impossible counts and levels', () => {
  expect(() => oneSidedBounds({ k: 2, n: 1 })).toThrow(
    new RangeError(
      'Cannot compute one-sided bounds: k must be a whole number from 0 to n = 1, but is 2',
    ),
  )
  expect(() => oneSidedBounds({ k: 1, n: 1, level: 95 })).toThrow(RangeError)
})

function relativeError(actual: number, expected: number): number {
  return actual === expected ? 0 : Math.abs(actual / expected - 1)
}
