import type { Clock } from '../../support/clock.ts'
import type { ShellReach } from './persistent-shell.ts'
import {
  type ListedProcess,
  type OutsideProcess,
  type ProcessReader,
  SIGNALS,
} from './process-reader.ts'
import { GIVE_UP_SIGNAL } from './shell-script.ts'

/** How long it is waited for that processes obey. What the kernel itself holds on to may not do so for much longer. */
const PATIENCE_MS = 2_000
const LOOK_MS = 1
const LOOK_MS_MAX = 20

/** The agent's shell and what it starts, reached from outside. */
export class ShellOutside implements ShellReach {
  readonly #find: () => ProcessReader | null
  readonly #clock: Clock
  #innerPid = 0
  #before: ReadonlySet<number> = new Set()

  /** @param find the world's processes, once they can be seen */
  constructor(find: () => ProcessReader | null, clock: Clock) {
    this.#find = find
    this.#clock = clock
  }

  /** @param innerPid the shell that has been started, by its id inside */
  follow(innerPid: number): void {
    this.#innerPid = innerPid
  }

  async begin(): Promise<void> {
    this.#before = new Set(await this.#find()?.pids())
  }

  giveUp(): Promise<void> {
    return this.#endStarted([GIVE_UP_SIGNAL, SIGNALS.continue])
  }

  endStarted(): Promise<void> {
    return this.#endStarted([SIGNALS.continue])
  }

  kill(): Promise<void> {
    return this.#endStarted([SIGNALS.kill])
  }

  /**
   * The shell is stopped first, so that it does not go on with the rest of its command while what it waits for is killed. Jobs
   * from before the command go on, with what they start.
   * @param then what the shell is sent when nothing is left of what it has started
   */
  async #endStarted(then: readonly number[]): Promise<void> {
    const processes = this.#find()
    const first = await processes?.first()
    const shell = await processes?.child(this.#innerPid)
    if (!processes || !first || !shell) return
    const own = async (): Promise<ListedProcess[]> =>
      ownBelow(first, shell, this.#before, await processes.list())
    await this.#enforce(processes, SIGNALS.stop, own)
    await this.#enforce(processes, SIGNALS.kill, async () =>
      (await own()).filter(({ pid }) => pid !== shell.pid),
    )
    for (const signal of then) await processes.signal([shell], signal)
  }

  /**
   * Sends a signal until all have obeyed it. The kernel lets a process that is being copied finish that first, and what comes of
   * it shows only then: so that nobody is left to obey counts once it is seen in two lists that are the same.
   */
  async #enforce(
    processes: ProcessReader,
    signal: number,
    list: () => Promise<ListedProcess[]>,
  ): Promise<void> {
    const startedMs = this.#clock.elapsedMs()
    const told = new Set<number>()
    let obeying: string | null = null
    for (
      let waitedMs = 0;
      waitedMs <= PATIENCE_MS;
      waitedMs = this.#clock.elapsedMs() - startedMs
    ) {
      const all = await list()
      // A tracer may have stopped one, and let it go on: each is told.
      const due = all.filter(
        ({ pid, state }) =>
          state !== 'ended' && !(signal === SIGNALS.stop && state === 'stopped' && told.has(pid)),
      )
      const seen = all.map(({ pid }) => pid).join()
      if (due.length === 0 && seen === obeying) return
      obeying = due.length === 0 ? seen : null
      for (const { pid } of due) told.add(pid)
      if (due.length > 0) await processes.signal(due, signal)
      await this.#clock.sleep(Math.min(LOOK_MS_MAX, LOOK_MS + waitedMs / 50))
    }
  }
}

/**
 * The shell, and after it the processes that were not there before and whose parents were not, up to the shell or, for orphans,
 * to the first process.
 */
function ownBelow(
  first: OutsideProcess,
  shell: OutsideProcess,
  before: ReadonlySet<number>,
  processes: readonly ListedProcess[],
): ListedProcess[] {
  const own = new Map(
    processes.filter(({ pid }) => pid === shell.pid).map((listed) => [listed.pid, listed]),
  )
  // Parents come before their children.
  for (const process of processes) {
    const { pid, parentPid } = process
    if (before.has(pid)) continue
    if (parentPid === first.pid || own.has(parentPid)) own.set(pid, process)
  }
  return [...own.values()]
}
