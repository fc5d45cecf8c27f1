import { expect, test } from 'vitest'
import { checkLevel } from './check-level.ts'

test('checkLevel() accepts what lies strictly between 0 and 1', () => {
  for (const level of [Number.MIN_VALUE, 0.5, 0.95, 1 - Number.EPSILON]) {
    expect(() => checkLevel('test', level)).not.toThrow()
  }
})

test.each([0, 1, 95, -0.5, NaN])('checkLevel() refuses %d', (level) => {
  expect(() => checkLevel('test', level)).toThrow(
    new RangeError(
      `Cannot compute test: level must lie between 0 and 1, both excluded, but is ${level}`,
    ),
  )
})
