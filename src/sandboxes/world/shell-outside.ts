import { scheduler } from 'node:timers/promises'
import type { ShellReach } from './persistent-shell.ts'
import { type OutsideProcess, type ProcessReader, SIGNALS } from './process-reader.ts'
import { GIVE_UP_SIGNAL } from './shell-script.ts'

/** Rounds in which processes are stopped, and then killed, that may start others faster than one can look. */
const ROUNDS = 100

/** The agent's shell and what it starts, reached from outside. */
export class ShellOutside implements ShellReach {
  readonly #find: () => ProcessReader | null
  #innerPid = 0
  #before: ReadonlySet<number> = new Set()

  /** @param find the world's processes, once they can be seen */
  constructor(find: () => ProcessReader | null) {
    this.#find = find
  }

  /** @param innerPid the shell that has been started, by its id inside */
  follow(innerPid: number): void {
    this.#innerPid = innerPid
  }

  async begin(): Promise<void> {
    this.#before = new Set(await this.#find()?.pids())
  }

  /**
   * The shell is stopped first, so that it does not go on with the rest of its command while what it waits for is killed.
   * Jobs from before the command go on, with what they start.
   */
  async giveUp(): Promise<void> {
    const processes = this.#find()
    const first = await processes?.first()
    const shell = await processes?.child(this.#innerPid)
    if (!processes || !first || !shell) return
    await processes.signal([shell], SIGNALS.stop)
    const young = async (): Promise<OutsideProcess[]> =>
      youngBelow(first, shell, this.#before, await processes.list())
    await repeat(processes, young, SIGNALS.stop)
    await repeat(processes, young, SIGNALS.kill)
    await processes.signal([shell], GIVE_UP_SIGNAL)
    await processes.signal([shell], SIGNALS.continue)
  }

  async kill(): Promise<void> {
    const processes = this.#find()
    const shell = await processes?.child(this.#innerPid)
    if (processes && shell) await processes.signal([shell], SIGNALS.kill)
  }
}

/** Sends a signal to all that have not had it, until there are no others. */
async function repeat(
  processes: ProcessReader,
  list: () => Promise<OutsideProcess[]>,
  signal: number,
): Promise<void> {
  const done = new Set<number>()
  for (let round = 0; round < ROUNDS; round++) {
    const fresh = (await list()).filter(({ pid }) => !done.has(pid))
    if (fresh.length === 0) return
    for (const { pid } of fresh) done.add(pid)
    await processes.signal(fresh, signal)
    await scheduler.yield()
  }
}

/** Processes that were not there before and whose parents were not, up to the shell or, for orphans, to the first process. */
function youngBelow(
  first: OutsideProcess,
  shell: OutsideProcess,
  before: ReadonlySet<number>,
  processes: readonly OutsideProcess[],
): OutsideProcess[] {
  const young = new Map<number, OutsideProcess>()
  // Parents come before their children.
  for (const process of processes) {
    const { pid, parentPid } = process
    if (pid === shell.pid || before.has(pid)) continue
    if (parentPid === first.pid || parentPid === shell.pid || young.has(parentPid)) {
      young.set(pid, process)
    }
  }
  return [...young.values()]
}
