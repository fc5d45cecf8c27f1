import { expect, test } from 'vitest'
import { isDifferent, isNarrow, sideOfRate } from './sequence-decisions.ts'

test('isNarrow() counts a width that is just met', () => {
  expect([0.25, 0.5, 0.75].map((width) => isNarrow({ low: 0.25, high: 0.75 }, width))).toEqual([
    false,
    true,
    true,
  ])
})

test('sideOfRate() shows a side only where the rate itself is excluded', () => {
  const interval = { low: 0.1, high: 0.3 }

  expect([0.05, 0.1, 0.2, 0.3, 0.35].map((rate) => sideOfRate(interval, rate))).toEqual([
    'above',
    null,
    null,
    null,
    'below',
  ])
})

test('isDifferent() shows a difference only where 0 is excluded', () => {
  expect(
    [
      { low: -0.2, high: -0.1 },
      { low: -0.2, high: 0 },
      { low: -0.2, high: 0.2 },
      { low: 0, high: 0.2 },
      { low: 0.1, high: 0.2 },
    ].map(isDifferent),
  ).toEqual([true, false, false, false, true])
})
