import { expect, test } from 'vitest'
import { escapeLine, escapeText } from './escape-text.ts'

test('escapeText() shows what could move a cursor, colour text or turn its direction', () => {
  const hostile =
    '\u001b[2J\u001b]0;title\u0007 \u009b31m \u202etxt.exe\u2066 \u200b\ufeff \r\b \u2028 \u{e0041}'

  expect(escapeText(hostile)).toBe(
    '\\u{1b}[2J\\u{1b}]0;title\\u{7} \\u{9b}31m \\u{202e}txt.exe\\u{2066} \\u{200b}\\u{feff} \\r\\u{8} \\u{2028} \\u{e0041}',
  )
})

test('escapeText() leaves lines, tabs and what people write alone', () => {
  expect(escapeText('a\tb\nGrüße, 日本 €')).toBe('a\tb\nGrüße, 日本 €')
})

test('escapeText() shows half a surrogate pair instead of passing it on', () => {
  expect(escapeText('\ud83d!')).toBe('\\u{d83d}!')
})

test('escapeLine() keeps a line a line', () => {
  expect(escapeLine('a\tb\nc\r\n')).toBe('a\\tb\\nc\\r\\n')
})
