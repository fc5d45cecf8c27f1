import { expect, test } from 'vitest'
import { sha256 } from '../support/hash.ts'
import { KeptTexts, ROOM_BYTES, TEXT_BYTES_MAX } from './kept-texts.ts'

test.each([
  ['nothing', ''],
  ['a script', '#!/bin/bash\nkill -s TERM 1\n'],
  ['letters of every length', 'aß€😀\n'],
  ['a byte order mark and returns', '\ufeffone\r\ntwo\r\n'],
  ['orders to a terminal', '\u001b[2J\u001b]0;gone\u0007\u202e\u0085\n'],
  ['as much as is kept', 'x'.repeat(TEXT_BYTES_MAX)],
])('A text is kept to the byte: %s', (_, text) => {
  const texts = new KeptTexts()
  const content = Buffer.from(text)

  texts.keep('named', sha256(content), content)

  expect(texts.get(sha256(content))).toBe(text)
  expect(sha256(texts.get(sha256(content)) ?? 'not kept')).toBe(sha256(content))
})

test.each([
  ['a byte too long', Buffer.alloc(TEXT_BYTES_MAX + 1, 'x')],
  ['too long in bytes, not in letters', Buffer.from('€'.repeat(TEXT_BYTES_MAX / 2))],
  ['with a zero', Buffer.from('one\0two')],
  ['with a lone byte', Buffer.from([0x61, 0xff])],
  ['with a letter that is cut off', Buffer.from('€').subarray(0, 2)],
  ['with half a pair of surrogates', Buffer.from([0xed, 0xa0, 0x80])],
])('No text is kept of what is %s', (_, content) => {
  const texts = new KeptTexts()

  texts.keep('named', sha256(content), content)

  expect(texts.get(sha256(content))).toBe(null)
})

test('What stands beside watched files has a room of its own, and the same text takes room once', () => {
  const texts = new KeptTexts()
  const filling = Array.from({ length: ROOM_BYTES / TEXT_BYTES_MAX }, (_, index) =>
    Buffer.alloc(TEXT_BYTES_MAX, `${index}`),
  )
  const script = Buffer.from('exit 0\n')
  const late = Buffer.from('late\n')

  for (const content of [...filling, ...filling, late]) {
    texts.keep('beside', sha256(content), content)
  }
  texts.keep('named', sha256(script), script)

  const kept = [...filling, late, script].map((content) => texts.get(sha256(content))?.length)
  expect(kept).toEqual([...filling.map(({ length }) => length), undefined, script.length])
})

test('A text does not change with the bytes that it was read from', () => {
  const texts = new KeptTexts()
  const content = Buffer.from('exit 0\n')
  const hash = sha256(content)

  texts.keep('named', hash, content)
  content.fill('x')

  expect(texts.get(hash)).toBe('exit 0\n')
})
