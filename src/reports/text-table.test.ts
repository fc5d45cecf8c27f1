import { expect, test } from 'vitest'
import { textTable } from './text-table.ts'

const columns = [
  { heading: ['agent'], align: 'left' as const },
  { heading: ['let it', 'happen'], align: 'right' as const },
]

test('textTable() aligns its columns below headings that end on the same line', () => {
  const rows = [{ section: 'first arm' }, { cells: ['a', '10'] }, { cells: ['b', '2'] }]

  expect(textTable(columns, rows, { width: 40, gap: 2, indent: 2 })).toEqual([
    '         let it',
    '  agent  happen',
    '───────────────',
    'first arm',
    '  a          10',
    '  b           2',
  ])
})

test('textTable() puts a first cell that is too long on a line of its own', () => {
  const rows = [{ cells: ['a-very-long-name-of-an-agent', '10'] }]

  expect(textTable(columns, rows, { width: 24, gap: 1, indent: 0 })).toEqual([
    '                  let it',
    'agent             happen',
    '────────────────────────',
    'a-very-long-name-of-an-agent',
    '                      10',
  ])
})

test('textTable() gives up where nothing is left for the first column', () => {
  expect(textTable(columns, [], { width: 13, gap: 2, indent: 0 })).toBeNull()
})
