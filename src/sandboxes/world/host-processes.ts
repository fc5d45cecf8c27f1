import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { kill } from 'node:process'
import { type OutsideProcess, TICKS_PER_MS } from './process-reader.ts'

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
  if (fields === null || fields[0] === 'Z' || fields[0] === 'X') return null
  return { pid, parentPid: Number(fields[1]), startTicks: Number(fields[19]) }
}

/** Whether it has obeyed a signal to stop, or has ended. */
export function isStopped(process: HostProcess): boolean {
  return lookAt(process.pid)?.startTicks !== process.startTicks || statOf(process.pid)?.[0] === 'T'
}

/** The fields of `stat` from the state on. */
function statOf(pid: number): string[] | null {
  const stat = readProc(pid, 'stat')
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
  let tasks: string[]
  try {
    tasks = readdirSync(`/proc/${pid}/task`)
  } catch {
    return [] // It has ended.
  }
  return tasks.flatMap((task) =>
    (readProc(pid, `task/${task}/children`) ?? '')
      .split(' ')
      .filter((child) => child !== '')
      .map(Number),
  )
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
