import { expect, test } from 'vitest'
import type { StagedFile } from '../sandbox.ts'
import { fileArchive } from './file-archive.ts'

const SMALL: StagedFile = {
  kind: 'file',
  path: '/a',
  content: 'é',
  mode: 0o640,
  owner: 'agent',
}

test('fileArchive() puts kind, owner, mode and lengths before path and content, and an end behind all', () => {
  const link: StagedFile = { kind: 'symlink', path: '/b', target: 'a', owner: 'system' }
  const directory: StagedFile = { kind: 'directory', path: '/', mode: 0o755, owner: 'system' }

  expect(fileArchive([directory, SMALL, link]).map((piece) => piece.toString('latin1'))).toEqual([
    [
      'ds\0\0\x01\xed\0\0\0\0\0\0\0\0',
      'fa\0\0\x01\xa0\0\0\0\x02\0\0\0\x02/a\xc3\xa9',
      'ls\0\0\x01\xff\0\0\0\x02\0\0\0\x01/ba',
      'za\0\0\0\0\0\0\0\0\0\0\0\0',
    ].join(''),
  ])
})

test('fileArchive() makes no copy of what is large', () => {
  const content = new Uint8Array(2 * 1024 * 1024)

  const archive = fileArchive([SMALL, { ...SMALL, path: '/large', content }, SMALL])

  expect(archive.map(({ length }) => length)).toEqual([18 + 14 + 6, content.length, 18 + 14])
  expect(archive[1]?.buffer).toBe(content.buffer)
})
