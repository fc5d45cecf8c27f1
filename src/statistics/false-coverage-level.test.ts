import { expect, test } from 'vitest'
import { falseCoverageLevel } from './false-coverage-level.ts'
import { simultaneousLevel } from './simultaneous-level.ts'

// By hand, 1 − q R / m.
test.each([
  { selected: 4, tests: 15, level: 0.95, each: 1 - 0.2 / 15 },
  { selected: 1, tests: 1, level: 0.9, each: 0.9 },
  { selected: 10, tests: 1000, level: 0.8, each: 0.998 },
])('falseCoverageLevel() of $selected of $tests at $level is $each', ({ each, ...row }) => {
  expect(falseCoverageLevel(row)).toBeCloseTo(each, 15)
})

test('falseCoverageLevel() is the level itself where all are selected, Bonferroni’s where one is or none', () => {
  expect(falseCoverageLevel({ selected: 7, tests: 7 })).toBeCloseTo(0.95, 15)
  for (const selected of [0, 1]) {
    expect(falseCoverageLevel({ selected, tests: 7 })).toBe(simultaneousLevel({ intervals: 7 }))
  }
})

test('falseCoverageLevel() refuses impossible numbers', () => {
  expect(() => falseCoverageLevel({ selected: 8, tests: 7 })).toThrow(
    new RangeError(
      'Cannot compute false coverage level: selected must be a whole number from 0 to tests = 7, but is 8',
    ),
  )
  expect(() => falseCoverageLevel({ selected: 0, tests: 0 })).toThrow(RangeError)
  expect(() => falseCoverageLevel({ selected: 1, tests: 2, level: 95 })).toThrow(RangeError)
  expect(() => falseCoverageLevel({ selected: 1, tests: 1000, level: 1 - 1e-15 })).toThrow(
    'is too close to 1',
  )
})
