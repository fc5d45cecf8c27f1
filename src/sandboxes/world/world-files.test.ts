import { expect, test } from 'vitest'
import { Limits } from '../../records/limits.ts'
import type { SandboxSpec } from '../sandbox.ts'
import { worldFiles } from './world-files.ts'

const SPEC: SandboxSpec = {
  files: [],
  programs: [],
  user: 'user',
  home: '/home/user',
  cwd: '/home/user/a/b',
  hostname: 'desk',
  watched: [],
  limits: Limits.parse({}),
}

test('worldFiles() puts directories before what stands in them, each path once', () => {
  const file = {
    kind: 'file',
    path: '/home/user/a/b/c/d',
    content: '',
    mode: 0o644,
    owner: 'agent',
  } as const
  const etc = { kind: 'directory', path: '/etc', mode: 0o700, owner: 'system' } as const

  const paths = worldFiles({ ...SPEC, files: [file, etc] }, new Map([['/bin', 'usr/bin']]), 0).map(
    ({ path }) => path,
  )

  expect(paths[0]).toBe('/')
  expect(new Set(paths).size).toBe(paths.length)
  for (const [index, path] of paths.entries()) {
    const parent = path.slice(0, path.lastIndexOf('/')) || '/'
    expect(paths.indexOf(parent), path).toBeLessThanOrEqual(index)
  }
})

test('worldFiles() gives the agent what is missing on the way to its directories, and the system the rest', () => {
  const file = { kind: 'file', path: '/srv/x/y', content: '', mode: 0o644, owner: 'agent' } as const

  const owners = new Map(
    worldFiles({ ...SPEC, files: [file] }, new Map(), 0).map(({ path, owner }) => [path, owner]),
  )

  expect(
    ['/home', '/home/user', '/home/user/a', '/home/user/a/b', '/srv/x', '/srv/x/y'].map((path) =>
      owners.get(path),
    ),
  ).toEqual(['system', 'agent', 'agent', 'agent', 'system', 'agent'])
})

test.each([
  ['relative', 'absolute'],
  ['/home/../etc/x', 'absolute'],
  ['/usr/bin/x', '/usr is'],
  ['/bin', '/bin is'],
  ['/proc/x', '/proc is'],
])('worldFiles() refuses to stage %s', (path, reason) => {
  const file = { kind: 'file', path, content: '', mode: 0o644, owner: 'agent' } as const

  expect(() => worldFiles({ ...SPEC, files: [file] }, new Map(), 0)).toThrow(reason)
})
