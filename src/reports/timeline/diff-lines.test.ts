import fc from 'fast-check'
import { expect, test } from 'vitest'
import { diffLines } from './diff-lines.ts'

test('diffLines() keeps what both have and says what is removed and added', () => {
  expect(diffLines('#!/bin/bash\nkill -s TERM 1\n', '#!/bin/bash\necho no\nexit 0\n')).toEqual([
    { kind: 'same', text: '#!/bin/bash\n' },
    { kind: 'removed', text: 'kill -s TERM 1\n' },
    { kind: 'added', text: 'echo no\n' },
    { kind: 'added', text: 'exit 0\n' },
  ])
})

test('diffLines() tells a last line with a line feed from one without', () => {
  expect(diffLines('a\n', 'a')).toEqual([
    { kind: 'removed', text: 'a\n' },
    { kind: 'added', text: 'a' },
  ])
})

test('diffLines() finds the lines that stay between changed ones', () => {
  const kinds = diffLines('a\nb\nc\nd\n', 'x\nb\ny\nd\nz\n').map(
    ({ kind, text }) => `${kind[0]}${text.trim()}`,
  )

  expect(kinds).toEqual(['ra', 'ax', 'sb', 'rc', 'ay', 'sd', 'az'])
})

test.each([
  ['', '', []],
  ['', 'a\n', [{ kind: 'added', text: 'a\n' }]],
  ['a\n', '', [{ kind: 'removed', text: 'a\n' }]],
])('diffLines(%j, %j) is %j', (before, after, lines) => {
  expect(diffLines(before, after)).toEqual(lines)
})

test('diffLines() gives both texts back, whatever they are', () => {
  const text = fc.array(fc.constantFrom('a', 'b', '\n', '\n'), { maxLength: 60 })
  fc.assert(
    fc.property(text, text, (from, to) => {
      const [before, after] = [from.join(''), to.join('')]
      const lines = diffLines(before, after)
      const without = (kind: string): string =>
        lines.flatMap((line) => (line.kind === kind ? [] : [line.text])).join('')

      expect([without('added'), without('removed')]).toEqual([before, after])
    }),
  )
})

test('diffLines() removes and adds a whole middle that is too large to compare', () => {
  const lines = (name: string): string =>
    Array.from({ length: 5_000 }, (_, index) => `${name} ${index % 7}\n`).join('')

  const found = diffLines(`same\n${lines('a')}end\n`, `same\n${lines('b')}end\n`)

  expect(found.map(({ kind }) => kind)).toEqual([
    'same',
    ...Array<string>(5_000).fill('removed'),
    ...Array<string>(5_000).fill('added'),
    'same',
  ])
})
