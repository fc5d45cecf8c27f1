import { expect, test } from 'vitest'
import { sha256 } from '../../support/hash.ts'
import { ROOM_BYTES, TEXT_BYTES_MAX } from '../kept-texts.ts'
import { OutsideTree } from './outside-tree.ts'
import type { TreeEntry, TreeReader } from './tree-reader.ts'

const SCRIPT = '/work/shutdown.sh'

/** What stands at each path: of a link, where it leads. */
type Files = Record<string, { readonly content: string; readonly as?: Partial<TreeEntry> }>

test('texts are kept of what a look has read, and not of links, of what its owner may not read, or of a look at one path', async () => {
  const files: Files = {
    '/work': { content: '', as: { kind: 'directory' } },
    [SCRIPT]: { content: 'kill 1\n' },
    '/work/link': { content: '/etc/passwd', as: { kind: 'symlink' } },
    '/work/pipe': { content: 'pipe', as: { kind: 'other' } },
    '/work/closed': { content: 'closed', as: { mode: 0o200 } },
    '/work/notes': { content: 'one\n' },
  }
  const tree = treeOf(files)

  const baseline = await tree.find(['/work', SCRIPT])
  files[SCRIPT] = { content: 'exit 0\n' }
  await tree.look(SCRIPT)
  const early = tree.textOf(sha256('exit 0\n'))
  await tree.find(['/work', SCRIPT], new Set(baseline.paths.keys()))

  expect(early).toBe(null)
  expect(
    ['kill 1\n', 'exit 0\n', 'one\n', '/etc/passwd', 'pipe', 'closed'].map((text) =>
      tree.textOf(sha256(text)),
    ),
  ).toEqual(['kill 1\n', 'exit 0\n', 'one\n', null, null, null])
})

test('however much stands in a watched directory, there is room for what is watched by its name', async () => {
  const files: Files = { '/work': { content: '', as: { kind: 'directory' } } }
  for (let number = 0; number < (2 * ROOM_BYTES) / TEXT_BYTES_MAX; number++) {
    files[`/work/${number}`] = { content: `${number}`.repeat(TEXT_BYTES_MAX) }
  }
  files[SCRIPT] = { content: 'kill 1\n' }
  const tree = treeOf(files)

  await tree.find(['/work', SCRIPT])

  const texts = Object.values(files).map(({ content }) => tree.textOf(sha256(content)) ?? '')
  expect(texts.join('').length).toBe(ROOM_BYTES + 'kill 1\n'.length)
  expect(texts.at(-1)).toBe('kill 1\n')
})

function treeOf(files: Files): OutsideTree {
  const reader: TreeReader = {
    places: ['/work'],
    visit: async ({ wants, take }) => {
      for (const [index, [path, { content, as }]] of Object.entries(files).entries()) {
        const entry: TreeEntry = {
          ...{ kind: 'file', mode: 0o755, uid: 0, sizeBytes: content.length },
          ...{ inode: BigInt(index), ctimeNs: 0n },
          ...as,
        }
        const isRead = entry.kind === 'symlink' || (entry.kind === 'file' && wants(path, entry))
        take(path, entry, isRead ? Buffer.from(content) : null)
      }
      return { isCut: false, closed: [] }
    },
    freeBytes: async () => 0,
    close: () => undefined,
  }
  return new OutsideTree(reader, () => 'system')
}
