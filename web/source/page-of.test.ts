import { expect, test } from 'vitest'
import { pageOf } from './page-of.ts'

const PAGES = [
  { first: 1, last: 4 },
  { first: 7, last: 7 },
  { first: 9, last: 20 },
]

test.for([
  [0, null],
  [1, 0],
  [4, 0],
  [5, null],
  [7, 1],
  [8, null],
  [20, 2],
  [21, null],
] as const)('trial %i stands on page %j', ([number, page]) => {
  expect(pageOf(PAGES, number)).toBe(page)
})

test('without pages there is none', () => {
  expect(pageOf([], 1)).toBe(null)
})
