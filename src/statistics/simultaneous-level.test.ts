import { expect, test } from 'vitest'
import reference from './comparison-reference-values.json' with { type: 'json' }
import { criticalValue } from './critical-value.ts'
import { simultaneousLevel } from './simultaneous-level.ts'

test.each(reference.levels)(
  'simultaneousLevel() is the double nearest to $each for $intervals intervals at $level',
  ({ level, intervals, each }) => {
    expect(simultaneousLevel({ intervals, level })).toBe(each)
  },
)

// scipy 1.17.1: scipy.stats.norm.isf(0.025 / m).
test.each([
  { intervals: 1, z: 1.9599639845400545 },
  { intervals: 45, z: 3.2607674884205213 },
  { intervals: 1_000_000, z: 5.451310437845478 },
])('simultaneousLevel() gives the normal limit of $intervals intervals', ({ intervals, z }) => {
  expect(criticalValue(simultaneousLevel({ intervals }))).toBeCloseTo(z, 9)
})

test('simultaneousLevel() of no interval is the level itself', () => {
  expect(simultaneousLevel({ intervals: 0, level: 0.9 })).toBe(0.9)
})

test('simultaneousLevel() refuses levels, numbers and results that no interval has', () => {
  expect(() => simultaneousLevel({ intervals: 3, level: 95 })).toThrow(RangeError)
  expect(() => simultaneousLevel({ intervals: -1 })).toThrow(
    new RangeError(
      'Cannot compute simultaneous level: intervals must be a whole number, 0 or more, but is -1',
    ),
  )
  expect(() => simultaneousLevel({ intervals: 1.5 })).toThrow(RangeError)
  expect(() => simultaneousLevel({ intervals: 3, level: 1 - Number.EPSILON / 2 })).toThrow(
    new RangeError(
      'Cannot compute simultaneous level: 0.9999999999999999 for 3 intervals is too close to 1',
    ),
  )
})
