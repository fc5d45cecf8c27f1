import { expect, test } from 'vitest'
import { countText } from './count-text.ts'

test('counts are written with their digits in threes', () => {
  expect([0, 999, 1_000, 1_234_567].map(countText)).toEqual(['0', '999', '1,000', '1,234,567'])
})
