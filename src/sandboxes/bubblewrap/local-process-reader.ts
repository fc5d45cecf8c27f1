import { readlinkSync, statSync } from 'node:fs'
import type { Clock } from '../../support/clock.ts'
import { isTellingVariable } from '../telling-variable.ts'
import {
  innerIds,
  pidsBelow,
  processesBelow,
  signalProcess,
  statesBelow,
  stringsOf,
  uptimeTicks,
} from '../world/host-processes.ts'
import type {
  CallerSeen,
  ListedProcess,
  OutsideProcess,
  ProcessDetails,
  ProcessReader,
} from '../world/process-reader.ts'
import { findProgram } from './host-programs.ts'

/**
 * How long one look may take. The kernel lets nobody read the arguments of a process that is copying itself: with many that do
 * nothing else on few processors, each would keep the harness waiting for a tenth of a second.
 */
const LOOK_MS_MAX = 500

/** What runs in a world on this machine, through its own /proc. */
export class LocalProcessReader implements ProcessReader {
  readonly #findFirst: () => OutsideProcess | null
  readonly #clock: Clock

  constructor(findFirst: () => OutsideProcess | null, clock: Clock) {
    this.#findFirst = findFirst
    this.#clock = clock
  }

  async first(): Promise<OutsideProcess | null> {
    return this.#findFirst()
  }

  async pids(): Promise<readonly number[]> {
    const first = this.#findFirst()
    return first === null ? [] : pidsBelow(first.pid)
  }

  async list(): Promise<readonly ListedProcess[]> {
    const first = this.#findFirst()
    return first === null ? [] : statesBelow(first.pid)
  }

  async child(innerPid: number): Promise<OutsideProcess | null> {
    const first = this.#findFirst()
    const all = this.#living().filter(({ parentPid }) => parentPid === first?.pid)
    return all.find(({ pid }) => innerIds(pid)?.pid === innerPid) ?? null
  }

  async details(): Promise<{ nowTicks: number; processes: ProcessDetails[] }> {
    const nowTicks = uptimeTicks()
    const untilMs = this.#clock.elapsedMs() + LOOK_MS_MAX
    const processes = this.#living().flatMap((process): ProcessDetails[] => {
      const { pid } = process
      const inner = innerIds(pid)
      if (inner === null) return []
      if (this.#clock.elapsedMs() > untilMs) {
        return [{ ...process, innerPid: inner.pid, uid: inner.uid, argv: [], variables: [] }]
      }
      const variables = stringsOf(pid, 'environ').filter((pair) =>
        isTellingVariable(pair.slice(0, Math.max(0, pair.indexOf('=')))),
      )
      const argv = stringsOf(pid, 'cmdline')
      return [{ ...process, innerPid: inner.pid, uid: inner.uid, argv, variables }]
    })
    return { nowTicks, processes }
  }

  async caller(innerPid: number): Promise<CallerSeen | null> {
    const found = this.#living().find(({ pid }) => innerIds(pid)?.pid === innerPid)
    if (found === undefined) return null
    return {
      cwd: readLink(`/proc/${found.pid}/cwd`),
      runsPerl: runsPerl(found.pid),
      argv: stringsOf(found.pid, 'cmdline'),
    }
  }

  async signal(processes: readonly OutsideProcess[], signal: number): Promise<void> {
    for (const process of processes) signalProcess(process, signal)
  }

  #living(): OutsideProcess[] {
    const first = this.#findFirst()
    return first === null ? [] : processesBelow(first.pid)
  }
}

function runsPerl(pid: number): boolean {
  const perl = findProgram('perl')
  if (perl === null) return false
  try {
    const own = statSync(`/proc/${pid}/exe`)
    const host = statSync(perl)
    return own.dev === host.dev && own.ino === host.ino
  } catch {
    return false // It has ended.
  }
}

function readLink(path: string): string | null {
  try {
    return readlinkSync(path)
  } catch {
    return null // It has ended.
  }
}
