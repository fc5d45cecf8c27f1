import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clopperPearsonInterval } from './clopper-pearson-interval.ts'
import { jeffreysInterval } from './jeffreys-interval.ts'
import { PROPORTION_METHODS, proportionInterval } from './proportion-interval.ts'
import reference from './reference-values.json' with { type: 'json' }
import { wilsonInterval } from './wilson-interval.ts'

test('proportionInterval() dispatches by name and is Jeffreys at 95 % unless told otherwise', () => {
  const counts = { k: 7, n: 100 }

  expect({
    default: proportionInterval(counts),
    jeffreys: proportionInterval({ ...counts, level: 0.9, method: 'jeffreys' }),
    wilson: proportionInterval({ ...counts, level: 0.9, method: 'wilson' }),
    clopperPearson: proportionInterval({ ...counts, level: 0.9, method: 'clopper-pearson' }),
  }).toEqual({
    default: jeffreysInterval({ ...counts, level: 0.95 }),
    jeffreys: jeffreysInterval({ ...counts, level: 0.9 }),
    wilson: wilsonInterval({ ...counts, level: 0.9 }),
    clopperPearson: clopperPearsonInterval({ ...counts, level: 0.9 }),
  })
})

describe.each(PROPORTION_METHODS)('the %s interval', (method) => {
  test.each(reference.intervals[method])(
    'agrees to 1e-9 with mpmath at k=$k n=$n level=$level',
    ({ k, n, level, low, high }) => {
      const interval = proportionInterval({ k, n, level, method })

      expect(relativeError(interval.low, low)).toBeLessThan(1e-9)
      expect(relativeError(interval.high, high)).toBeLessThan(1e-9)
    },
  )

  test('is [0, 1] without trials', () => {
    expect(proportionInterval({ k: 0, n: 0, method })).toEqual({ low: 0, high: 1 })
  })

  test('starts at exactly 0 without events and ends at exactly 1 with nothing else', () => {
    for (const n of [1, 2, 3, 7, 100, 12_345, 1_000_000]) {
      for (const level of [0.5, 0.95, 0.999999]) {
        expect(proportionInterval({ k: 0, n, level, method }).low).toBe(0)
        expect(proportionInterval({ k: n, n, level, method }).high).toBe(1)
      }
    }
  })

  test('contains the observed rate and stays within [0, 1]', () => {
    fc.assert(
      fc.property(counts(), level(), ({ k, n }, level) => {
        const { low, high } = proportionInterval({ k, n, level, method })

        expect(0 <= low && low <= k / n && k / n <= high && high <= 1).toBe(true)
        expect(low < high).toBe(true)
      }),
    )
  })

  test('narrows when the same rate is seen in more trials', () => {
    fc.assert(
      fc.property(counts(), level(), fc.integer({ min: 2, max: 50 }), ({ k, n }, level, times) => {
        const few = proportionInterval({ k, n, level, method })
        const many = proportionInterval({ k: k * times, n: n * times, level, method })

        expect(many.high - many.low).toBeLessThan(few.high - few.low)
      }),
    )
  })

  test('is mirrored when events and non-events change places', () => {
    fc.assert(
      fc.property(counts(), level(), ({ k, n }, level) => {
        const events = proportionInterval({ k, n, level, method })
        const others = proportionInterval({ k: n - k, n, level, method })

        expect(Math.abs(others.low - (1 - events.high))).toBeLessThan(1e-13)
        expect(Math.abs(others.high - (1 - events.low))).toBeLessThan(1e-13)
      }),
    )
  })

  test('moves up with every further event', () => {
    fc.assert(
      fc.property(counts(), level(), ({ k, n }, level) => {
        fc.pre(k < n)
        const before = proportionInterval({ k, n, level, method })
        const after = proportionInterval({ k: k + 1, n, level, method })

        expect(before.low < after.low && before.high < after.high).toBe(true)
      }),
    )
  })

  test('contains the interval of every lower level', () => {
    fc.assert(
      fc.property(counts(), level(), level(), ({ k, n }, one, other) => {
        fc.pre(Math.abs(one - other) > 1e-9)
        const inner = proportionInterval({ k, n, level: Math.min(one, other), method })
        const outer = proportionInterval({ k, n, level: Math.max(one, other), method })

        expect(outer.low <= inner.low && inner.high <= outer.high).toBe(true)
      }),
    )
  })

  test.each([
    { k: 2, n: 1 },
    { k: -1, n: 1 },
    { k: 0.5, n: 1 },
    { k: 0, n: -1 },
  ])('refuses $k events in $n trials', (counts) => {
    expect(() => proportionInterval({ ...counts, method })).toThrow(RangeError)
  })

  test('refuses a level given as a percentage, also without trials', () => {
    expect(() => proportionInterval({ k: 0, n: 0, level: 95, method })).toThrow(
      /^Cannot compute .+ interval: level must lie between 0 and 1, both excluded, but is 95$/,
    )
  })
})

function counts() {
  return fc
    .oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 100_000 }))
    .chain((n) => fc.record({ k: fc.integer({ min: 0, max: n }), n: fc.constant(n) }))
}

function level() {
  return fc.oneof(
    fc.constantFrom(0.5, 0.95, 0.999999),
    fc.double({ min: 0.5, max: 0.999999, noNaN: true }),
  )
}

function relativeError(actual: number, expected: number): number {
  return expected === 0 ? Math.abs(actual) : Math.abs(actual / expected - 1)
}
