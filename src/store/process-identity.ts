import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** Names one process of one machine, so that another process can ask whether it still runs. */
export interface ProcessIdentity {
  readonly host: string
  readonly pid: number
  /** Clock ticks from boot to the process's start: tells it from a later one with the same pid. Null where unknown. */
  readonly started: string | null
  /** Within a place pids can be compared: one boot and one pid namespace, or by host name where neither is known. */
  readonly place: string
}

/** The process that calls. */
export function thisProcess(): ProcessIdentity {
  return {
    host: hostname(),
    pid: process.pid,
    started: processStat(process.pid)?.started ?? null,
    place: thisPlace(),
  }
}

/** Whether the process still runs; null if it belongs to a place that cannot be seen from here. */
export function isRunning(identity: ProcessIdentity): boolean | null {
  if (identity.place !== thisPlace()) return null
  if (!hasProcess(identity.pid)) return false
  const stat = processStat(identity.pid)
  if (stat === null || identity.started === null) return true
  // A zombie has ended; only its parent has not taken notice.
  return stat.started === identity.started && stat.state !== 'Z' && stat.state !== 'X'
}

/** Whether the process belongs to this machine, be it in another container. */
export function isOnThisMachine({ place }: ProcessIdentity): boolean {
  return machineOf(place) === machineOf(thisPlace())
}

function machineOf(place: string): string {
  return place.split(' ', 2).join(' ')
}

function hasProcess(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Another user's process may not be signalled, but it is there.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Null where there is no /proc, or where it hides other users' processes. */
function processStat(pid: number): { state: string; started: string } | null {
  const stat = readIfThere(() => readFileSync(`/proc/${pid}/stat`, 'latin1'))
  if (stat === null) return null
  // proc(5): the second field is the command in parentheses, which may itself hold blanks and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, started] = [fields[0], fields[19]]
  return state === undefined || started === undefined ? null : { state, started }
}

function thisPlace(): string {
  const boot = readIfThere(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim())
  const namespace = readIfThere(() => readlinkSync('/proc/self/ns/pid'))
  return boot === null || namespace === null ? `host ${hostname()}` : `boot ${boot} ${namespace}`
}

function readIfThere(read: () => string): string | null {
  try {
    return read()
  } catch {
    // Not Linux, or not for us to see: the callers know what to do without.
    return null
  }
}
