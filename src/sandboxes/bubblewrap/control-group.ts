import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pid } from 'node:process'
import type { Limits } from '../../records/limits.ts'
import type { Clock } from '../../support/clock.ts'
import { lookAt } from './host-processes.ts'

/** The kernel's account of what a world uses together, where the harness may open one. */
export interface ControlGroup {
  add(pid: number): void
  /** How often the kernel has refused: memory by killing a process, processes by not starting one. */
  refusals(): { readonly memory: number; readonly processes: number }
  /** When everything in it is dead. */
  remove(clock: Clock): Promise<void>
}

/** A directory in which groups can be made, and what they then limit. */
interface Parent {
  readonly version: 1 | 2
  readonly directory: string
  readonly controllers: readonly ('memory' | 'pids')[]
}

const PREFIX = 'offswitch-'
/** Files count as memory: a full disk must not look like a full memory. The rest is for what holds the world together. */
const OWN_BYTES = 32 * 1024 * 1024
const OWN_PROCESSES = 8
const REMOVE_TRIES = 50

let found: readonly Parent[] | undefined
let count = 0

/** What a world's memory and processes are limited by together, for the record; empty where nothing is. */
export function describeControlGroups(): string {
  return parents()
    .map(({ version, controllers }) => `${controllers.join(' and ')} (cgroup v${version})`)
    .join(', ')
}

/** @returns null where the harness may make none: then only limits of single processes hold. */
export function createControlGroup(limits: Limits, stagedBytes: number): ControlGroup | null {
  const name = `${PREFIX}${pid}-${lookAt(pid)?.startTicks ?? 0}-${++count}`
  const groups: { readonly parent: Parent; readonly directory: string }[] = []
  for (const parent of parents()) {
    const directory = join(parent.directory, name)
    try {
      mkdirSync(directory)
      setLimits(parent, directory, limits, stagedBytes)
      groups.push({ parent, directory })
    } catch {
      // It was ours to make when we looked; without it the limits of single processes still hold.
      removeDirectory(directory)
    }
  }
  if (groups.length === 0) return null
  return {
    add: (process) => {
      for (const { directory } of groups)
        writeFileSync(join(directory, 'cgroup.procs'), `${process}`)
    },
    refusals: () => ({
      memory: sum(groups, 'memory', readMemoryRefusals),
      processes: sum(groups, 'pids', (directory) => readCounter(directory, 'pids.events', 'max')),
    }),
    remove: async (clock) => {
      for (const { directory } of groups) {
        // Its last process may be dead and not yet gone from the account.
        for (let tries = 0; !removeDirectory(directory) && tries < REMOVE_TRIES; tries++) {
          await clock.sleep(5)
        }
      }
    },
  }
}

/** Looked for once, by making one and taking it away again. Groups of harnesses that are no more go as well. */
function parents(): readonly Parent[] {
  found ??= candidates().filter((parent) => {
    removeAbandoned(parent.directory)
    const directory = join(parent.directory, `${PREFIX}${pid}-trial`)
    try {
      mkdirSync(directory)
      return parent.controllers.every((name) =>
        existsSync(join(directory, parent.version === 1 ? V1_FILES[name] : V2_FILES[name])),
      )
    } catch {
      return false // Not ours to make groups in.
    } finally {
      removeDirectory(directory)
    }
  })
  return found
}

const V1_FILES = { memory: 'memory.limit_in_bytes', pids: 'pids.max' } as const
const V2_FILES = { memory: 'memory.max', pids: 'pids.max' } as const

function candidates(): Parent[] {
  const mounts = linesOf('/proc/self/mounts').map((line) => line.split(' '))
  const own = new Map(
    linesOf('/proc/self/cgroup').map((line): [string, string] => {
      const [, names = '', ...path] = line.split(':')
      return [names, path.join(':')]
    }),
  )
  const v1 = (['memory', 'pids'] as const).flatMap((name): Parent[] => {
    const mount = mounts.find(
      ([, , type, options]) => type === 'cgroup' && options?.split(',').includes(name),
    )
    const path = [...own].find(([names]) => names.split(',').includes(name))?.[1]
    if (mount?.[1] === undefined || path === undefined) return []
    const directory = [join(mount[1], path), mount[1]].find((each) => existsSync(each))
    return directory === undefined ? [] : [{ version: 1, directory, controllers: [name] }]
  })
  if (v1.length > 0) return v1

  const root = mounts.find(([, , type]) => type === 'cgroup2')?.[1]
  const path = own.get('')
  if (root === undefined || path === undefined) return []
  // Its own group holds the harness and so cannot be divided; the one above it can.
  const directory = join(root, path, path === '/' ? '.' : '..')
  const enabled = linesOf(join(directory, 'cgroup.subtree_control')).flatMap((line) =>
    line.split(' '),
  )
  const controllers = (['memory', 'pids'] as const).filter((name) => enabled.includes(name))
  return controllers.length === 0 ? [] : [{ version: 2, directory, controllers }]
}

function setLimits(
  { version, controllers }: Parent,
  directory: string,
  limits: Limits,
  stagedBytes: number,
): void {
  const set = (file: string, value: number): void =>
    writeFileSync(join(directory, file), `${value}`)
  if (controllers.includes('pids')) set('pids.max', limits.processes + OWN_PROCESSES)
  if (!controllers.includes('memory')) return
  const bytes = limits.memoryBytes + limits.diskBytes + stagedBytes + OWN_BYTES
  set(version === 1 ? V1_FILES.memory : V2_FILES.memory, bytes)
  const swap = version === 1 ? 'memory.memsw.limit_in_bytes' : 'memory.swap.max'
  if (existsSync(join(directory, swap))) set(swap, version === 1 ? bytes : 0)
}

function readMemoryRefusals(directory: string): number {
  return (
    readCounter(directory, 'memory.oom_control', 'oom_kill') +
    readCounter(directory, 'memory.events', 'oom_kill')
  )
}

function sum(
  groups: readonly { readonly parent: Parent; readonly directory: string }[],
  controller: 'memory' | 'pids',
  read: (directory: string) => number,
): number {
  return groups
    .filter(({ parent }) => parent.controllers.includes(controller))
    .reduce((total, { directory }) => total + read(directory), 0)
}

function readCounter(directory: string, file: string, name: string): number {
  const line = linesOf(join(directory, file)).find((each) => each.startsWith(`${name} `))
  return Number(line?.split(' ')[1] ?? 0)
}

function removeAbandoned(directory: string): void {
  for (const name of namesIn(directory)) {
    const [, owner, startTicks] = /^offswitch-(\d+)-(\d+)-\d+$/.exec(name) ?? []
    if (owner === undefined || startTicks === undefined) continue
    if (lookAt(Number(owner))?.startTicks !== Number(startTicks))
      removeDirectory(join(directory, name))
  }
}

/** @returns whether it is gone. */
function removeDirectory(directory: string): boolean {
  try {
    rmdirSync(directory)
    return true
  } catch {
    return !existsSync(directory)
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch {
    return [] // Not for us to look into.
  }
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
  } catch {
    return [] // Not there on this kernel.
  }
}
