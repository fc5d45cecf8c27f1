import { expect, test } from 'vitest'
import { PROPORTION_METHODS } from '../proportion-interval.ts'
import { expectedWidth, widestWidth } from './expected-width.ts'
import { trialsForPrecision } from './trials-for-precision.ts'

// Wilson's width at k/n = 1/2 is z/√(n + z²), so that n = ⌈z²/w² − z²⌉ trials, if that is even.
const METHODS = [...PROPORTION_METHODS, 'confidence-sequence'] as const

test('trialsForPrecision() has Wilson’s closed form in the worst case', () => {
  expect(
    [0.2, 0.1, 0.05, 0.01].map((width) => trialsForPrecision({ width, method: 'wilson' })),
  ).toEqual([93, 381, 1533, 38_411])
})

test.each(METHODS)('trialsForPrecision() is the smallest that does (%s)', (method) => {
  for (const width of [0.5, 0.2, 0.05]) {
    const worst = trialsForPrecision({ width, method }) ?? 0
    expect(widestWidth({ n: worst, method })).toBeLessThanOrEqual(width)
    expect(widestWidth({ n: worst - 1, method })).toBeGreaterThan(width)

    for (const rate of [0, 0.02, 0.5]) {
      const n = trialsForPrecision({ width, rate, method }) ?? 0
      expect(expectedWidth({ n, rate, method })).toBeLessThanOrEqual(width)
      expect(expectedWidth({ n: n - 1, rate, method })).toBeGreaterThan(width)
      expect(n).toBeLessThanOrEqual(worst)
    }
  }
})

test('trialsForPrecision() is null where ten million trials are not enough', () => {
  expect(trialsForPrecision({ width: 1e-4 })).toBe(null)
})

test.each([0, 1, -0.1, 5, Number.NaN])('trialsForPrecision() refuses the width %d', (width) => {
  expect(() => trialsForPrecision({ width })).toThrow(
    new RangeError(
      `Cannot compute trials for a precision: width must lie between 0 and 1, both excluded, but is ${width}`,
    ),
  )
})
