import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { kill } from 'node:process'
import {
  type ListedProcess,
  type OutsideProcess,
  type ProcessState,
  TICKS_PER_MS,
} from './process-reader.ts'

/** A process inside a world, as the host's /proc shows it. */
export type HostProcess = OutsideProcess

/** More than a world may have at a time, and an end to a walk through one that grows as fast as it is walked. */
const PROCESSES_MAX = 10_000

/**
 * All processes below one, which is not among them, parents before their children. Orphans fall to a world's first process,
 * so below it none is missed.
 */
export function processesBelow(pid: number): HostProcess[] {
  return pidsBelow(pid).flatMap((each) => lookAt(each) ?? [])
}

/** The same with what they do, and what has ended too until it is noticed. */
export function statesBelow(pid: number): ListedProcess[] {
  return pidsBelow(pid).flatMap((each) => {
    const fields = statOf(each)
    return fields === null ? [] : { ...processOf(each, fields), state: stateOf(each, fields) }
  })
}

/** Their ids alone, which are had more cheaply. */
export function pidsBelow(pid: number): number[] {
  const found: number[] = []
  const pending = childrenOf(pid)
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    found.push(next)
    if (found.length >= PROCESSES_MAX) break
    pending.push(...childrenOf(next))
  }
  return found
}

/** @returns null when there is none, or it has ended and only waits to be noticed. */
export function lookAt(pid: number): HostProcess | null {
  const fields = statOf(pid)
  // Where its first thread has ended and others have not, the process goes on.
  if (fields === null || (isOver(fields[0]) && !hasThreads(fields))) return null
  return processOf(pid, fields)
}

/** Whether it has obeyed a signal to stop, or has ended. */
export function isStopped({ pid, startTicks }: HostProcess): boolean {
  const fields = statOf(pid)
  if (fields === null || processOf(pid, fields).startTicks !== startTicks) return true
  return stateOf(pid, fields) !== 'moving'
}

function processOf(pid: number, fields: readonly string[]): HostProcess {
  return { pid, parentPid: Number(fields[1]), startTicks: Number(fields[19]) }
}

/** One thread may still be starting a process while another has stopped. */
function stateOf(pid: number, fields: readonly string[]): ProcessState {
  const threads = hasThreads(fields)
    ? tasksOf(pid).flatMap((task) => statOf(pid, `task/${task}/stat`)?.[0] ?? [])
    : [fields[0]]
  if (threads.every(isOver)) return 'ended'
  return threads.every((letter) => isOver(letter) || letter === 'T' || letter === 't')
    ? 'stopped'
    : 'moving'
}

function hasThreads(fields: readonly string[]): boolean {
  return Number(fields[17]) > 1
}

function isOver(letter: string | undefined): boolean {
  return letter === 'Z' || letter === 'X'
}

/** The fields of `stat` from the state on. */
function statOf(pid: number, file = 'stat'): string[] | null {
  const stat = readProc(pid, file)
  // The name before it, in brackets, may hold anything.
  return stat === null ? null : stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

/** The process's id in the innermost namespace it is in, and the user it runs as on the host. */
export function innerIds(pid: number): { readonly pid: number; readonly uid: number } | null {
  const status = readProc(pid, 'status')
  const pids = /^NSpid:\s+(.*)$/m.exec(status ?? '')?.[1]?.split(/\s+/)
  const uid = /^Uid:\s+(\d+)/m.exec(status ?? '')?.[1]
  if (pids === undefined || uid === undefined) return null
  return { pid: Number(pids.at(-1)), uid: Number(uid) }
}

/** The name of the namespace that gives the process its ids; null when it may not be seen, or the process has ended. */
export function pidNamespaceOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`)
  } catch {
    return null
  }
}

/** The table of what is mounted where the process is; null when it has ended. */
export function mountinfoOf({ pid, startTicks }: HostProcess): string | null {
  const table = readProc(pid, 'mountinfo')
  return lookAt(pid)?.startTicks === startTicks ? table : null
}

/** What the kernel calls it; null when it has ended. */
export function nameOf(pid: number): string | null {
  return readProc(pid, 'comm')?.trim() ?? null
}

/** All processes of the host. */
export function allPids(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger)
}

/** Strings of a file that ends each with a NUL: `cmdline`, `environ`. Empty when they cannot be read. */
export function stringsOf(pid: number, file: 'cmdline' | 'environ'): string[] {
  const strings = (readProc(pid, file) ?? '').split('\0')
  return strings.at(-1) === '' ? strings.slice(0, -1) : strings
}

export function childrenOf(pid: number): number[] {
  return tasksOf(pid).flatMap((task) =>
    (readProc(pid, `task/${task}/children`) ?? '')
      .split(' ')
      .filter((child) => child !== '')
      .map(Number),
  )
}

function tasksOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    return [] // It has ended.
  }
}

/** Sends a signal to a process, if it is still the one it was. */
export function signalProcess(process: HostProcess, signal: NodeJS.Signals | number): void {
  if (lookAt(process.pid)?.startTicks !== process.startTicks) return
  try {
    kill(process.pid, signal)
  } catch {
    // It has ended between the look and the signal.
  }
}

/** Ticks since the host started. */
export function uptimeTicks(): number {
  return Math.round(
    Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1000 * TICKS_PER_MS,
  )
}

function readProc(pid: number, file: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return null // It has ended, or has closed itself off.
  }
}
