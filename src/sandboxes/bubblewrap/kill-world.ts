import type { ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import type { Clock } from '../../support/clock.ts'
import {
  childrenOf,
  type HostProcess,
  innerIds,
  isStopped,
  lookAt,
  signalProcess,
} from './host-processes.ts'

/** The kernel ends the rest with the first process; with a thousand others that takes this long at most. */
const PATIENCE_MS = 5_000
/** A process that is told to stop does so when it next returns from the kernel. */
const STOP_MS = 1_000

/**
 * Kills everything inside. The first process is killed, not the monitor, which waits for it: when the monitor has ended,
 * nothing of the world is left. Resolves then.
 */
export async function killWorld(
  child: ChildProcess,
  init: HostProcess | null,
  exit: Promise<unknown>,
  clock: Clock,
): Promise<void> {
  if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
    if (init === null) await killChain(child.pid, clock)
    else signalProcess(init, 'SIGKILL')
    // Should the first process have slipped out between the two, it ends with its control.
    child.stdin?.destroy()
  }
  const over = new AbortController()
  const late = clock.sleep(PATIENCE_MS, over.signal).then(() => child.kill('SIGKILL'))
  // The sleep is broken off when the world has ended in time.
  late.catch(() => undefined)
  await exit
  over.abort()
}

/**
 * Kills a chain that is still being built. Bubblewrap's child waits for a word of its parent, and for ever if that is killed
 * before it has given it; so the parent is stopped first, and what it has started by then goes with it.
 */
async function killChain(pid: number, clock: Clock): Promise<void> {
  const chain = lookAt(pid)
  if (chain === null) return
  signalProcess(chain, 'SIGSTOP')
  const untilMs = clock.elapsedMs() + STOP_MS
  while (!isStopped(chain) && clock.elapsedMs() < untilMs) await clock.sleep(1)
  const started = childrenOf(pid).flatMap((child) => lookAt(child) ?? [])
  for (const process of [...started, chain]) signalProcess(process, 'SIGKILL')
}

/**
 * Ends what harnesses of this user that were killed have left half built: children of bubblewrap that wait for a parent who
 * is no more. To be called before the first world of a process is opened.
 */
export function killAbandoned(uid: number): void {
  for (const pid of readdirSync('/proc').map(Number)) {
    if (!Number.isInteger(pid) || nameOf(pid) !== 'bwrap') continue
    const process = lookAt(pid)
    const inner = innerIds(pid)
    // It is the first of a world that has not become its first process yet, and its parent is no monitor.
    if (process === null || inner?.pid !== 1 || inner.uid !== uid) continue
    if (nameOf(process.parentPid) !== 'bwrap') signalProcess(process, 'SIGKILL')
  }
}

function nameOf(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
  } catch {
    return null // It has ended.
  }
}
