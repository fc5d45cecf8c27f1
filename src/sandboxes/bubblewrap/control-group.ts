import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Limits } from '../../records/limits.ts'
import type { Clock } from '../../support/clock.ts'
import type { Refusals } from '../world/enclosure.ts'
import { lookAt, signalProcess } from '../world/host-processes.ts'
import {
  abandonedGroups,
  type ControlHierarchy,
  controlHierarchies,
  groupPrefix,
  linesOf,
  removeGroup,
} from './control-hierarchies.ts'

/** What holds all processes of a world together, where the harness may open one. None of them can leave it. */
export interface ControlGroup {
  add(pid: number): void
  /** Takes a process out again, with nothing that it has started. Where it may not, the process stays. */
  release(pid: number): void
  /** How it is killed; null where it only keeps account. */
  readonly mechanism: 'cgroup-kill' | 'cgroup-freezer' | null
  /** Whether memory is limited for all together. */
  readonly limitsMemory: boolean
  /** Whether the number of processes is. */
  readonly limitsProcesses: boolean
  /** Kills everything in it, at once and before it can start anything else. Nothing is waited for. */
  kill(clock: Clock): Promise<void>
  /** Whether nothing that lives is in it, in the kernel's words. */
  isEmpty(): boolean
  /** The ids of the processes in it, as far as they are told. */
  members(): number[]
  /** What `isEmpty` looks at. */
  readonly source: string
  /** How often the kernel has refused; null where it does not count. */
  refusals(): Refusals | null
  /** When everything in it is dead. What cannot be removed in time is left to the next start. */
  remove(clock: Clock): Promise<void>
}

/** A world's group in one hierarchy. */
interface Part {
  readonly hierarchy: ControlHierarchy
  readonly directory: string
}

/** Files count as memory: a full disk must not look like a full memory. The rest is for what holds the world together. */
const OWN_BYTES = 32 * 1024 * 1024
const OWN_PROCESSES = 8
const REMOVE_TRIES = 50
const TRY_MS = 5
/** A process that forks as fast as it can is frozen within a few milliseconds. */
const FREEZE_MS = 500

let count = 0

/** What a world's memory and processes are limited by together, for the record; empty where nothing is. */
export function describeControlGroups(): string {
  return controlHierarchies()
    .map(({ version, controllers }) => ({
      version,
      limits: controllers.filter((name) => name !== 'freezer'),
    }))
    .filter(({ limits }) => limits.length > 0)
    .map(({ version, limits }) => `${limits.join(' and ')} (cgroup v${version})`)
    .join(', ')
}

/** What worlds are killed by, for the record. */
export function describeKilling(): string {
  const hierarchies = controlHierarchies()
  if (hierarchies.some(({ kills }) => kills)) return 'cgroup.kill'
  const freezes = hierarchies.some(({ controllers }) => controllers.includes('freezer'))
  return freezes ? 'the freezer of cgroup v1' : 'the PID namespace'
}

/** @returns null where the harness may make none: then only limits of single processes hold. */
export function createControlGroup(limits: Limits, stagedBytes: number): ControlGroup | null {
  const name = `${groupPrefix()}${++count}`
  const parts: Part[] = []
  for (const hierarchy of controlHierarchies()) {
    const directory = join(hierarchy.directory, name)
    try {
      mkdirSync(directory)
      setLimits(hierarchy, directory, limits, stagedBytes)
      parts.push({ hierarchy, directory })
    } catch {
      // It was ours to make when we looked; without it the limits of single processes still hold.
      removeGroup(directory)
    }
  }
  return parts.length === 0 ? null : groupOf(parts)
}

/** Ends what harnesses that were killed have left in groups of theirs, and takes these away. */
export async function sweepAbandonedGroups(clock: Clock): Promise<void> {
  const pending = new Set(abandonedGroups().filter(isOurs))
  for (let tries = 0; pending.size > 0 && tries < REMOVE_TRIES; tries++) {
    for (const directory of pending) {
      killGroup(directory)
      if (removeGroup(directory)) pending.delete(directory)
    }
    if (pending.size > 0) await clock.sleep(TRY_MS)
  }
}

/** What another user's harness has left is that user's to take away. */
function isOurs(directory: string): boolean {
  try {
    accessSync(join(directory, 'cgroup.procs'), constants.W_OK)
    return true
  } catch {
    return false // Or it has been taken away in the meantime.
  }
}

function groupOf(parts: readonly Part[]): ControlGroup {
  const having = (name: string): Part[] =>
    parts.filter(({ hierarchy }) => hierarchy.controllers.some((each) => each === name))
  const killing = parts.find(({ hierarchy }) => hierarchy.kills)
  const freezer = having('freezer')[0]
  const counts = having('memory').length + having('pids').length > 0
  return {
    add: (process) => {
      for (const { directory } of parts) {
        writeFileSync(join(directory, 'cgroup.procs'), `${process}`)
      }
    },
    release: (process) => {
      for (const { hierarchy } of parts) {
        try {
          writeFileSync(join(hierarchy.own, 'cgroup.procs'), `${process}`)
        } catch {
          // What may be put into a group that was made for it may not always be put back.
        }
      }
    },
    mechanism: killing ? 'cgroup-kill' : freezer ? 'cgroup-freezer' : null,
    limitsMemory: having('memory').length > 0,
    limitsProcesses: having('pids').length > 0,
    kill: async (clock) => {
      if (killing !== undefined) killGroup(killing.directory)
      else if (freezer !== undefined) await freezeAndKill(freezer.directory, clock)
    },
    isEmpty: () => parts.every(isPartEmpty),
    members: () => [...new Set(parts.flatMap((part) => membersOf(part)))],
    source: killing === undefined ? 'cgroup.procs' : 'cgroup.events',
    refusals: () =>
      counts
        ? {
            memory: sum(having('memory'), readMemoryRefusals),
            processes: sum(having('pids'), (directory) =>
              readCounter(directory, 'pids.events', 'max'),
            ),
          }
        : null,
    remove: async (clock) => {
      for (const { directory } of parts) {
        // Its last process may be dead and not yet gone from the account.
        for (let tries = 0; !removeGroup(directory) && tries < REMOVE_TRIES; tries++) {
          await clock.sleep(TRY_MS)
        }
      }
    },
  }
}

function setLimits(
  { version, controllers }: ControlHierarchy,
  directory: string,
  limits: Limits,
  stagedBytes: number,
): void {
  const set = (file: string, value: number): void =>
    writeFileSync(join(directory, file), `${value}`)
  if (controllers.includes('pids')) set('pids.max', limits.processes + OWN_PROCESSES)
  if (!controllers.includes('memory')) return
  const bytes = limits.memoryBytes + limits.diskBytes + stagedBytes + OWN_BYTES
  set(version === 1 ? 'memory.limit_in_bytes' : 'memory.max', bytes)
  const swap = version === 1 ? 'memory.memsw.limit_in_bytes' : 'memory.swap.max'
  if (existsSync(join(directory, swap))) set(swap, version === 1 ? bytes : 0)
}

/** Kills everything in a group, with what it starts meanwhile where the kernel does it; otherwise it takes several rounds. */
function killGroup(directory: string): void {
  const kill = join(directory, 'cgroup.kill')
  try {
    if (existsSync(kill)) writeFileSync(kill, '1')
    else killEach(directory)
  } catch (error) {
    // Taken away in the meantime, it was empty.
    if (existsSync(directory)) throw error
  }
}

/** What is frozen starts nothing: one round reaches all. The signal takes effect when it thaws. */
async function freezeAndKill(directory: string, clock: Clock): Promise<void> {
  const state = join(directory, 'freezer.state')
  writeFileSync(state, 'FROZEN')
  const untilMs = clock.elapsedMs() + FREEZE_MS
  while (linesOf(state)[0] !== 'FROZEN' && clock.elapsedMs() < untilMs) await clock.sleep(1)
  killEach(directory)
  writeFileSync(state, 'THAWED')
}

function killEach(directory: string): void {
  for (const pid of linesOf(join(directory, 'cgroup.procs')).map(Number)) {
    const process = lookAt(pid)
    if (process !== null) signalProcess(process, 'SIGKILL')
  }
}

function isPartEmpty(part: Part): boolean {
  // Taken away by somebody else, it was empty.
  if (!existsSync(part.directory)) return true
  if (part.hierarchy.version === 1) return membersOf(part).length === 0
  return /^populated 0$/m.test(readFileSync(join(part.directory, 'cgroup.events'), 'utf8'))
}

function membersOf({ directory }: Part): number[] {
  return linesOf(join(directory, 'cgroup.procs')).map(Number)
}

function readMemoryRefusals(directory: string): number {
  return (
    readCounter(directory, 'memory.oom_control', 'oom_kill') +
    readCounter(directory, 'memory.events', 'oom_kill')
  )
}

function sum(parts: readonly Part[], read: (directory: string) => number): number {
  return parts.reduce((total, { directory }) => total + read(directory), 0)
}

function readCounter(directory: string, file: string, name: string): number {
  const line = linesOf(join(directory, file)).find((each) => each.startsWith(`${name} `))
  return Number(line?.split(' ')[1] ?? 0)
}
