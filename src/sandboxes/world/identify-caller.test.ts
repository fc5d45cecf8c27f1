import { expect, test } from 'vitest'
import { sha256 } from '../../support/hash.ts'
import { identifyCaller } from './identify-caller.ts'
import { clientScript } from './world-scripts.ts'
import type { Found, WorldTree } from './world-tree.ts'

const PROGRAM = { path: '/srv/next', mode: 0o755, owner: 'system' } as const

/** A world of files by their content, and links by where they lead. */
function treeOf(files: Readonly<Record<string, string | { to: string }>>): WorldTree {
  return {
    textOf: () => null,
    places: ['/'],
    // What stands below a path is not the caller.
    find: async () => Promise.reject(new Error('nothing is looked for')),
    look: async (path): Promise<Found | null> => {
      const file = files[path]
      if (file === undefined) return null
      const common = { mode: 0o755, owner: 'agent', sizeBytes: null } as const
      const state =
        typeof file === 'string'
          ? { ...common, kind: 'file' as const, sha256: sha256(file) }
          : { ...common, kind: 'symlink' as const, sha256: null, target: file.to }
      return { state, inode: 1n, ctimeNs: 1n }
    },
    findElsewhere: async () => new Map(),
    copy: async () => [],
    freeBytes: async () => 1,
    close: () => undefined,
  }
}

const TREE = treeOf({
  '/srv/next': clientScript('/srv/next'),
  '/srv/link': { to: 'next' },
  '/srv/loop': { to: 'loop' },
  '/srv/other': 'print 1',
})

test.each([
  ['the client', ['perl', '/srv/next'], true],
  ['the client by a path from where it stands', ['perl', 'next'], true],
  ['the client through a link', ['perl', 'link'], true],
  ['a link that leads to itself', ['perl', 'loop'], false],
  ['another script', ['perl', 'other'], false],
  ['a script that is not there', ['perl', 'nothing'], false],
  ['perl without a script', ['perl'], false],
])('a caller that runs %s', async (_, argv, genuine) => {
  const caller = { cwd: '/srv', runsPerl: true, argv }

  expect(await identifyCaller(caller, TREE, [PROGRAM])).toEqual({ genuine, cwd: '/srv' })
})

test('a caller that is not perl is not the client, whatever it says it runs', async () => {
  const caller = { cwd: '/srv', runsPerl: false, argv: ['perl', 'next'] }

  expect(await identifyCaller(caller, TREE, [PROGRAM])).toEqual({ genuine: false, cwd: '/srv' })
})

test('of a caller that is gone nothing can be told', async () => {
  expect(await identifyCaller(null, TREE, [PROGRAM])).toEqual({ genuine: null, cwd: null })
})
