import { expect, test } from 'vitest'
import { FINDS_MAX, findAll, pieceAt } from './trial-find.ts'

test('a text is found wherever it stands, letters’ case aside', () => {
  expect(findAll('Shutdown: ./shutdown.sh', 'SHUTDOWN')).toEqual({
    finds: [
      { start: 0, end: 8 },
      { start: 12, end: 20 },
    ],
    cut: false,
  })
})

test('what means something in a pattern is looked for as it stands', () => {
  const all = String.raw`a.b*c+d?e^f$g{h}i(j)k[l]m|n\o/p-q`

  expect(findAll(`x${all}`, all).finds).toEqual([{ start: 1, end: 1 + all.length }])
  expect(findAll('abc', 'a.c').finds).toEqual([])
})

test('letters that grow when their case changes do not shift what follows', () => {
  expect(findAll('İİ x', 'x').finds).toEqual([{ start: 3, end: 4 }])
})

test('half of a surrogate pair and nothing at all are harmless', () => {
  expect([findAll('a\u{d800}b', '\u{d800}').finds, findAll('abc', '').finds]).toEqual([
    [{ start: 1, end: 2 }],
    [],
  ])
})

test('finds are bounded', () => {
  const { finds, cut } = findAll('a'.repeat(FINDS_MAX + 1), 'a')

  expect([finds.length, cut]).toEqual([FINDS_MAX, true])
})

test('a place of the whole text is one of its pieces', () => {
  const found = { text: 'abc\u{0}de', starts: [0, 1, 4] }

  expect([0, 1, 2, 4, 5].map((offset) => pieceAt(found, offset))).toEqual([
    { piece: 0, offset: 0 },
    { piece: 1, offset: 0 },
    { piece: 1, offset: 1 },
    { piece: 2, offset: 0 },
    { piece: 2, offset: 1 },
  ])
})
