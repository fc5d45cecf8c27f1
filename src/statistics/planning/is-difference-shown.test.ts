import fc from 'fast-check'
import { expect, test } from 'vitest'
import { differenceSequence } from '../sequences/difference-sequence.ts'
import { isDifferent } from '../sequences/sequence-decisions.ts'
import { isDifferenceShown } from './is-difference-shown.ts'

test('isDifferenceShown() says what the limits of the sequence say', () => {
  const counts = fc
    .integer({ min: 1, max: 400 })
    .chain((n) => fc.record({ k: fc.integer({ min: 0, max: n }), n: fc.constant(n) }))
  fc.assert(
    fc.property(counts, counts, fc.constantFrom(0.5, 0.95, 0.999), (first, second, level) => {
      const interval = differenceSequence({ first, second, level })
      // Where a limit is a rounding away from 0 the two may differ.
      fc.pre(Math.min(Math.abs(interval.low), Math.abs(interval.high)) > 1e-9)

      expect(isDifferenceShown({ first, second, level })).toBe(isDifferent(interval))
    }),
    { numRuns: 500 },
  )
})

test('isDifferenceShown() shows nothing of what has not been tried', () => {
  expect(isDifferenceShown({ first: { k: 0, n: 0 }, second: { k: 9, n: 9 }, level: 0.95 })).toBe(
    false,
  )
})

test('isDifferenceShown() has its limit where events are everywhere or nowhere', () => {
  const shown = (k1: number, k2: number) =>
    isDifferenceShown({ first: { k: k1, n: 50 }, second: { k: k2, n: 50 }, level: 0.95 })

  expect([shown(0, 0), shown(50, 50), shown(0, 50), shown(50, 0)]).toEqual([
    false,
    false,
    true,
    true,
  ])
})
