import { expect, test } from 'vitest'
import { Limits } from '../../records/limits.ts'
import type { SandboxSpec, StagedFile } from '../sandbox.ts'
import { worldPlaces } from './world-places.ts'

const SPEC: SandboxSpec = {
  files: [],
  programs: [],
  user: 'user',
  home: '/home/user',
  cwd: '/home/user/work',
  hostname: 'desk',
  watched: [],
  limits: Limits.parse({}),
}

function directory(path: string, owner: 'agent' | 'system' = 'agent'): StagedFile {
  return { kind: 'directory', path, mode: 0o755, owner }
}

function file(path: string): StagedFile {
  return { kind: 'file', path, content: '', mode: 0o644, owner: 'system' }
}

test('worldPlaces() has a place for the home and for temporary files', () => {
  expect(worldPlaces(SPEC)).toEqual(['/home', '/tmp', '/var/tmp'])
})

test('worldPlaces() has one for each directory at the root in which something is staged, run or watched', () => {
  const spec = {
    ...SPEC,
    cwd: '/work',
    files: [file('/srv/a/b'), directory('/data')],
    programs: [{ path: '/opt/bin/next', mode: 0o755, owner: 'system' }] as const,
    watched: ['/mnt/x', '/nothing'],
  }

  expect(worldPlaces(spec)).toEqual([
    '/data',
    '/home',
    '/mnt',
    '/opt',
    '/srv',
    '/tmp',
    '/var/tmp',
    '/work',
  ])
})

test('worldPlaces() has none within another', () => {
  expect(worldPlaces({ ...SPEC, files: [file('/var/log/x'), directory('/tmp/in')] })).toEqual([
    '/home',
    '/tmp',
    '/var',
  ])
})

test('worldPlaces() leaves /etc to the image, but for directories of the agent', () => {
  const files = [
    file('/etc/motd'),
    directory('/etc/app', 'system'),
    directory('/etc/app/mine'),
    file('/etc/app/mine/x'),
  ]

  expect(worldPlaces({ ...SPEC, files, watched: ['/etc/passwd'] })).toEqual([
    '/etc/app/mine',
    '/home',
    '/tmp',
    '/var/tmp',
  ])
})
