import { expect, test } from 'vitest'
import { jsonText } from './json-text.ts'

test('jsonText() escapes what a terminal might obey and stays the same value', () => {
  const value = {
    a: '\u009b31m \u202e\u2066 \u001b[2J é \u00ad\u206a\ufff9 \u{e0041}\ud800',
    n: [1, null],
  }

  const text = jsonText(value)

  expect(JSON.parse(text)).toEqual(value)
  expect(text).toMatch(/^[\x20-\x7eé]*$/)
})
