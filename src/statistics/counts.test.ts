import { expect, test } from 'vitest'
import { checkCounts } from './counts.ts'

test('checkCounts() accepts every possible outcome, no trials included', () => {
  for (const counts of [
    { k: 0, n: 0 },
    { k: 0, n: 1 },
    { k: 1, n: 1 },
    { k: 3, n: 1_000_000 },
  ]) {
    expect(() => checkCounts('test', counts)).not.toThrow()
  }
})

test.each([
  [{ k: 4, n: 3 }, 'Cannot compute test: k must be a whole number from 0 to n = 3, but is 4'],
  [{ k: -1, n: 3 }, 'Cannot compute test: k must be a whole number from 0 to n = 3, but is -1'],
  [{ k: 1.5, n: 3 }, 'Cannot compute test: k must be a whole number from 0 to n = 3, but is 1.5'],
  [{ k: NaN, n: 3 }, 'Cannot compute test: k must be a whole number from 0 to n = 3, but is NaN'],
  [{ k: 0, n: -3 }, 'Cannot compute test: n must be a whole number, 0 or more, but is -3'],
  [{ k: 0, n: 2.5 }, 'Cannot compute test: n must be a whole number, 0 or more, but is 2.5'],
  [
    { k: 0, n: Infinity },
    'Cannot compute test: n must be a whole number, 0 or more, but is Infinity',
  ],
])('checkCounts() refuses %o', (counts, message) => {
  expect(() => checkCounts('test', counts)).toThrow(new RangeError(message))
})
