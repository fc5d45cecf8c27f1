import { expect, test } from 'vitest'
import { chopText, padText, textWidth, wrapText } from './text-width.ts'

test.each([
  ['abc', 3],
  ['\u001b[31mabc\u001b[39m', 3],
  ['日本', 4],
  ['e\u0301', 1],
])('textWidth(%j) is %i', (line, width) => {
  expect(textWidth(line)).toBe(width)
})

test('padText() fills up on the side that the text is not aligned to', () => {
  expect([padText('7', 3, 'right'), padText('ab', 3, 'left'), padText('abcd', 3, 'left')]).toEqual([
    '  7',
    'ab ',
    'abcd',
  ])
})

test('wrapText() breaks at blanks and leaves long words whole', () => {
  expect(wrapText('one two incomprehensible three', 8)).toEqual([
    'one two',
    'incomprehensible',
    'three',
  ])
})

test('chopText() cuts behind a late blank, else anywhere, and never loses a character', () => {
  expect(chopText('abcdefg', 3)).toEqual(['abc', 'def', 'g'])
  expect(chopText('one two three', 9)).toEqual(['one two ', 'three'])
  expect(chopText('one two three', 7)).toEqual(['one two ', 'three'])
  expect(chopText('a bcdefghij', 6)).toEqual(['a bcde', 'fghij'])
  expect(chopText('日本語', 3)).toEqual(['日', '本', '語'])
  expect(chopText('', 3)).toEqual([''])
})
