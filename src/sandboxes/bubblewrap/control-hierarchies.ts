import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { pid } from 'node:process'
import { lookAt } from '../world/host-processes.ts'
import { SYSTEM_PATH } from './host-programs.ts'

/** A directory in which the harness can make control groups, and what it can do with them. */
export interface ControlHierarchy {
  readonly version: 1 | 2
  readonly directory: string
  /** Where the harness itself is. */
  readonly own: string
  readonly controllers: readonly Controller[]
  /** The kernel kills a whole group at a word (`cgroup.kill`, since Linux 5.14, in version 2 only). */
  readonly kills: boolean
}

export type Controller = 'memory' | 'pids' | 'freezer'

/** The file of a group that shows that a controller is there. */
const FILES: Readonly<Record<1 | 2, Readonly<Record<Controller, string>>>> = {
  1: { memory: 'memory.limit_in_bytes', pids: 'pids.max', freezer: 'freezer.state' },
  2: { memory: 'memory.max', pids: 'pids.max', freezer: 'cgroup.freeze' },
}

let found: readonly ControlHierarchy[] | undefined

/** Found once, by making a group in each, moving a process there and, where that can be done, having it killed. */
export function controlHierarchies(): readonly ControlHierarchy[] {
  found ??= findHierarchies()
  return found
}

/** How the names of this process's groups begin. No other process has had them since the machine was started. */
export function groupPrefix(): string {
  return groupPrefixOf(pid, lookAt(pid)?.startTicks ?? 0)
}

/** Groups of harnesses that are no more, as their directories. */
export function abandonedGroups(): string[] {
  return controlHierarchies().flatMap(({ directory }) =>
    namesIn(directory)
      .filter((name) => isAbandoned(name))
      .map((name) => join(directory, name)),
  )
}

/** @returns whether it is gone. */
export function removeGroup(directory: string): boolean {
  try {
    rmdirSync(directory)
    return true
  } catch {
    return !existsSync(directory) // Where it is still there, something is in it.
  }
}

export function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
  } catch {
    return [] // Not there on this kernel.
  }
}

function isAbandoned(name: string): boolean {
  const [prefix, owner, startTicks] = /^offswitch-(\d+)-(\d+)-\d+-/.exec(name) ?? []
  // Ids of processes say nothing in another namespace: containers can share a directory.
  if (prefix === undefined || prefix !== groupPrefixOf(Number(owner), Number(startTicks)))
    return false
  return lookAt(Number(owner))?.startTicks !== Number(startTicks)
}

function groupPrefixOf(owner: number, startTicks: number): string {
  const namespace = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0]
  return `offswitch-${owner}-${startTicks}-${namespace}-`
}

function findHierarchies(): ControlHierarchy[] {
  const mounts = linesOf('/proc/self/mounts').map((line) => line.split(' '))
  const own = new Map(
    linesOf('/proc/self/cgroup').map((line): [string, string] => {
      const [, names = '', ...path] = line.split(':')
      return [names, path.join(':')]
    }),
  )
  const unified = unifiedCandidates(mounts, own)
    .flatMap((each) => attempt(each) ?? [])
    .slice(0, 1)
  const single = (['memory', 'pids', 'freezer'] as const)
    // To freeze it first is the second best way to kill a group.
    .filter((name) => name !== 'freezer' || !unified.some(({ kills }) => kills))
    .flatMap((name) => attempt(singleCandidate(name, mounts, own)) ?? [])
  return [...single, ...unified]
}

type Candidate = Omit<ControlHierarchy, 'kills'>

/** Version 1: each controller has a hierarchy of its own, or shares one. */
function singleCandidate(
  controller: Controller,
  mounts: readonly string[][],
  own: ReadonlyMap<string, string>,
): Candidate | null {
  const mount = mounts.find(
    ([, , type, options]) => type === 'cgroup' && options?.split(',').includes(controller),
  )?.[1]
  const path = [...own].find(([names]) => names.split(',').includes(controller))?.[1]
  if (mount === undefined || path === undefined) return null
  const directory = [join(mount, path), mount].find((each) => existsSync(each))
  if (directory === undefined) return null
  return { version: 1, directory, own: directory, controllers: [controller] }
}

/** Version 2: one hierarchy for all controllers, or, beside version 1, one that may have none. */
function unifiedCandidates(
  mounts: readonly string[][],
  own: ReadonlyMap<string, string>,
): Candidate[] {
  const root = mounts.find(([, , type]) => type === 'cgroup2')?.[1]
  const path = own.get('')
  if (root === undefined || path === undefined) return []
  const inside = join(root, path)
  // Its own group holds the harness and so cannot share controllers out; the one above it can.
  const above = join(root, path, path === '/' ? '.' : '..')
  const enabled = linesOf(join(above, 'cgroup.subtree_control')).flatMap((line) => line.split(' '))
  const controllers = (['memory', 'pids'] as const).filter((name) => enabled.includes(name))
  return [
    { version: 2, directory: above, own: inside, controllers },
    { version: 2, directory: inside, own: inside, controllers: [] },
  ]
}

/** @returns null where groups are not the harness's to make, or processes not its to move. */
function attempt(candidate: Candidate | null): ControlHierarchy | null {
  if (candidate === null) return null
  const { version, controllers } = candidate
  const directory = join(candidate.directory, `${groupPrefix()}0`)
  try {
    mkdirSync(directory)
    if (!controllers.every((name) => existsSync(join(directory, FILES[version][name])))) return null
    const { signal, status } = spawnSync('sh', ['-c', TRIAL, directory], {
      env: { PATH: SYSTEM_PATH },
      stdio: 'ignore',
      timeout: 5_000,
    })
    const kills = signal === 'SIGKILL'
    return kills || status === 0 ? { ...candidate, kills } : null
  } catch {
    return null // Not the harness's to make groups in.
  } finally {
    removeGroup(directory)
  }
}

const TRIAL = `
echo $$ > "$0/cgroup.procs" || exit 1
if [ -e "$0/cgroup.kill" ]; then echo 1 > "$0/cgroup.kill"; sleep 1; fi
exit 0`

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch {
    return [] // Not for us to look into.
  }
}
