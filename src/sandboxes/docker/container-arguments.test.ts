import { expect, test } from 'vitest'
import { Limits } from '../../records/limits.ts'
import { containerArguments } from './container-arguments.ts'
import type { Engine } from './engine.ts'

const SPEC = {
  files: [],
  programs: [],
  user: 'user',
  home: '/home/user',
  cwd: '/home/user',
  hostname: 'desk',
  watched: [],
  limits: Limits.parse({ diskBytes: 1_000_000, memoryBytes: 2_000_000, processes: 10 }),
}

function argumentsOn(kind: 'docker' | 'podman'): string[] {
  return containerArguments({
    engine: { kind, processor: 'x64' } as Engine, // What else it can do is not asked here.
    image: { id: 'sha256:1', name: 'image', base: null },
    name: 'name',
    spec: SPEC,
    stagedBytes: 500,
    replaced: new Map([['/bin/sleep', '/run/sleep']]),
  })
}

/** Values of an option that may be given more than once. */
function valuesOf(words: readonly string[], option: string): string[] {
  return words.flatMap((each, index) => (each === option ? [words[index + 1] ?? ''] : []))
}

test('a container has no network, no right that its launcher does not need, and bounds on all it can take', () => {
  const words = argumentsOn('docker')

  expect(valuesOf(words, '--network')).toEqual(['none'])
  expect(valuesOf(words, '--cap-drop')).toEqual(['ALL'])
  expect(valuesOf(words, '--cap-add')).toEqual([
    'CHOWN',
    'DAC_OVERRIDE',
    'FOWNER',
    'SETGID',
    'SETPCAP',
    'SETUID',
  ])
  expect(valuesOf(words, '--security-opt')).toEqual(['no-new-privileges'])
  expect(valuesOf(words, '--memory')).toEqual(valuesOf(words, '--memory-swap'))
  expect(valuesOf(words, '--memory')).toEqual([`${2_000_000 + 1_000_000 + 500 + 32 * 1024 * 1024}`])
  expect(valuesOf(words, '--pids-limit')).toEqual(['18'])
  expect(valuesOf(words, '--tmpfs')).toEqual([
    '/home:exec,nosuid,nodev,size=1000500,mode=755,nr_inodes=131072',
    '/tmp:exec,nosuid,nodev,size=1000500,mode=755,nr_inodes=131072',
    '/var/tmp:exec,nosuid,nodev,size=1000500,mode=755,nr_inodes=131072',
    '/dev/shm:exec,nosuid,nodev,size=16777216,mode=1777',
  ])
})

test('nothing that ends the client or stops the engine tells the first process to end', () => {
  const words = argumentsOn('docker')

  expect(words).toEqual(expect.arrayContaining(['--sig-proxy=false', '--init=false']))
  expect(valuesOf(words, '--stop-signal')).toEqual(['KILL'])
})

test('podman is asked for no more than it knows', () => {
  expect(valuesOf(argumentsOn('podman'), '--tmpfs')[0]).toBe(
    '/home:exec,nosuid,nodev,size=1000500,mode=755,notmpcopyup',
  )
})
