import { expect, test } from 'vitest'
import { durationText } from './duration-text.ts'

test.each([
  [0, '0 ms'],
  [999.6, '1.0 s'],
  [1_000, '1.0 s'],
  [59_400, '59 s'],
  [59_600, '1 min'],
  [185_000, '3 min 5 s'],
  [8_040_000, '2 h 14 min'],
])('durationText(%f) is %s', (ms, text) => {
  expect(durationText(ms)).toBe(text)
})
