import { expect, test } from 'vitest'
import { boundaryAfter } from './boundary-after.ts'

test.each([
  { inside: 0, root: 1e-300 },
  { inside: 0, root: 1 },
  { inside: -40, root: -39.9 },
  { inside: -40, root: 7 },
  { inside: 3, root: 1e6 + 1 / 3 },
])('boundaryAfter() finds $root from $inside to the last digit', ({ inside, root }) => {
  expect(boundaryAfter(inside, (x) => x >= root)).toBe(root)
})
