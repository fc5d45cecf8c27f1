import { scheduler } from 'node:timers/promises'
import type { ShellReach } from '../world/persistent-shell.ts'
import { GIVE_UP_SIGNAL } from '../world/shell-script.ts'
import {
  type HostProcess,
  innerIds,
  pidsBelow,
  processesBelow,
  signalProcess,
} from './host-processes.ts'

/** Rounds in which processes are stopped, and then killed, that may start others faster than one can look. */
const ROUNDS = 100

/** The agent's shell and what it starts, reached from outside by the host's ids. */
export class ShellOutside implements ShellReach {
  #findInit: () => HostProcess | null = () => null
  #innerPid = 0
  #before: ReadonlySet<number> = new Set()

  /** @param innerPid the shell that has been started, by its id inside */
  follow(findInit: () => HostProcess | null, innerPid: number): void {
    this.#findInit = findInit
    this.#innerPid = innerPid
  }

  async begin(): Promise<void> {
    const init = this.#findInit()
    this.#before = new Set(init === null ? [] : pidsBelow(init.pid))
  }

  /**
   * The shell is stopped first, so that it does not go on with the rest of its command while what it waits for is killed.
   * Jobs from before the command go on, with what they start.
   */
  async giveUp(): Promise<void> {
    const init = this.#findInit()
    const shell = this.#find(init)
    if (init === null || shell === null) return
    signalProcess(shell, 'SIGSTOP')
    const young = (): HostProcess[] => youngBelow(init, shell, this.#before)
    await repeat(young, 'SIGSTOP')
    await repeat(young, 'SIGKILL')
    signalProcess(shell, GIVE_UP_SIGNAL)
    signalProcess(shell, 'SIGCONT')
  }

  async kill(): Promise<void> {
    const shell = this.#find(this.#findInit())
    if (shell !== null) signalProcess(shell, 'SIGKILL')
  }

  #find(init: HostProcess | null): HostProcess | null {
    if (init === null) return null
    const all = processesBelow(init.pid).filter(({ parentPid }) => parentPid === init.pid)
    return all.find(({ pid }) => innerIds(pid)?.pid === this.#innerPid) ?? null
  }
}

/** Sends a signal to all that have not had it, until there are no others. */
async function repeat(list: () => HostProcess[], signal: 'SIGSTOP' | 'SIGKILL'): Promise<void> {
  const done = new Set<number>()
  for (let round = 0; round < ROUNDS; round++) {
    const fresh = list().filter(({ pid }) => !done.has(pid))
    if (fresh.length === 0) return
    for (const process of fresh) {
      done.add(process.pid)
      signalProcess(process, signal)
    }
    await scheduler.yield()
  }
}

/** Processes that were not there before and whose parents were not, up to the shell or, for orphans, to the first process. */
function youngBelow(
  init: HostProcess,
  shell: HostProcess,
  before: ReadonlySet<number>,
): HostProcess[] {
  const young = new Map<number, HostProcess>()
  // Parents come before their children.
  for (const process of processesBelow(init.pid)) {
    const { pid, parentPid } = process
    if (pid === shell.pid || before.has(pid)) continue
    if (parentPid === init.pid || parentPid === shell.pid || young.has(parentPid)) {
      young.set(pid, process)
    }
  }
  return [...young.values()]
}
