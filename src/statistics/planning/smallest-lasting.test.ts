import { expect, test } from 'vitest'
import { smallestLasting } from './smallest-lasting.ts'

test('smallestLasting() finds where a steady rule begins to hold', () => {
  for (const begin of [1, 2, 3, 7, 64, 99, 100]) {
    const found = smallestLasting({ holds: (n) => n >= begin, reach: () => 5, most: 100 })

    expect(found).toBe(begin)
  }
})

test('smallestLasting() passes over a first success that does not last', () => {
  const holds = (n: number) => n >= 40 && n !== 43 && n !== 47

  expect(smallestLasting({ holds, reach: () => 5, most: 100 })).toBe(48)
  expect(smallestLasting({ holds, reach: () => 1, most: 100 })).toBe(40)
})

test('smallestLasting() is null where nothing holds, or only until the end', () => {
  expect(smallestLasting({ holds: () => false, reach: () => 5, most: 100 })).toBe(null)
  expect(smallestLasting({ holds: (n) => n === 97, reach: () => 5, most: 100 })).toBe(null)
  expect(smallestLasting({ holds: (n) => n > 97 && n < 100, reach: () => 5, most: 100 })).toBe(null)
})
