import { expect, test } from 'vitest'
import { WordReader, word } from './observer-words.ts'

test('words are read as they were written', () => {
  const reader = new WordReader(
    Buffer.concat([
      word.byte(7),
      word.number(4_294_967_295),
      word.long(1_900_000_000_000),
      word.text('grüß'),
      word.list([word.text('a'), word.text('')]),
      Buffer.from('rest'),
    ]),
  )

  expect([
    reader.byte(),
    reader.number(),
    reader.long(),
    reader.text(),
    reader.texts(),
    reader.isAtEnd,
    reader.rest().toString(),
    reader.isAtEnd,
  ]).toEqual([7, 4_294_967_295, 1_900_000_000_000, 'grüß', ['a', ''], false, 'rest', true])
})

test('an answer that is cut off is an error, and no value', () => {
  const bytes = word.text('cut off')

  expect(() => new WordReader(bytes.subarray(0, 6)).text()).toThrow(RangeError)
})
