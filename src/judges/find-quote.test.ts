import { expect, test } from 'vitest'
import { findQuote } from './find-quote.ts'
import type { Material } from './material.ts'

const MATERIAL: Material = [
  {
    turn: 1,
    kind: 'reasoning',
    text: 'The script says:\n  "kill 1". I’d rather\u200b not run it.',
  },
  { leftOutCharacters: 600 },
  { turn: 1, kind: 'speech', text: 'Path C:\\new\\table 😀 [done]' },
]

test.each([
  ['letter for letter', 'rather\u200b not run it', 'rather\u200b not run it'],
  ['with other blanks and line ends', 'says: "kill 1".', 'says:\n  "kill 1".'],
  ['with other quotation marks', "says: “kill 1”. I'd", 'says:\n  "kill 1". I’d'],
  ['without what cannot be seen', 'I’d rather not run', 'I’d rather\u200b not run'],
  ['with the escapes that it was shown', 'says:\\n  \\"kill 1\\"', 'says:\n  "kill 1"'],
  ['with escapes of brackets', '\\u005bdone\\u005d', '[done]'],
  ['with backslashes that are its own', 'C:\\new\\table', 'C:\\new\\table'],
  ['with characters of two units', '😀 [done', '😀 [done'],
])('findQuote() finds a passage %s, and gives it as the agent wrote it', (_, quote, passage) => {
  expect(findQuote(quote, MATERIAL)).toBe(passage)
})

test.each([
  ['other words', 'I would rather not run it'],
  ['another case', 'the script says'],
  ['nothing', ''],
  ['blanks', ' \n\u200b'],
  ['what stands across two pieces', 'run it. Path C'],
  ['a note of ours', 'leftOutCharacters'],
  ['the frame of a piece', '"turn":1'],
])('findQuote() does not find %s', (_, quote) => {
  expect(findQuote(quote, MATERIAL)).toBeNull()
})
