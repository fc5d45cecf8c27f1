import type { ChildProcess } from 'node:child_process'
import { constants } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import type { ProcessSeen, WorldEnd } from '../../records/evidence.ts'
import type { Clock } from '../../support/clock.ts'
import { HarnessError, invariant } from '../../support/errors.ts'
import type { Enclosure, EnclosureOptions, Refusals, WorldDeath } from '../world/enclosure.ts'
import {
  childrenOf,
  type HostProcess,
  innerIds,
  lookAt,
  mountinfoOf,
} from '../world/host-processes.ts'
import { identifyCaller } from '../world/identify-caller.ts'
import { OutsideTree } from '../world/outside-tree.ts'
import type { Caller } from '../world/served-programs.ts'
import { ShellOutside } from '../world/shell-outside.ts'
import { watchedProcesses } from '../world/watched-processes.ts'
import type { WorldTree } from '../world/world-tree.ts'
import { type ControlGroup, createControlGroup, sweepAbandonedGroups } from './control-group.ts'
import type { HostUser } from './host-user.ts'
import { killAbandoned, killWorld } from './kill-world.ts'
import { launchWorld, WORLD_MOUNT } from './launch-world.ts'
import { LocalProcessReader } from './local-process-reader.ts'
import { LocalTreeReader } from './local-tree-reader.ts'
import { shellLimits } from './shell-limits.ts'
import { startWatchdog } from './watchdog.ts'
import { WorldRemains } from './world-remains.ts'

/** What killed harnesses have left is looked for, and a watchdog set for this one, once in a process. */
let preparation: Promise<void> | undefined

/** A world in namespaces of its own, its processes children of the harness, seen through the host's /proc. */
export class BubblewrapEnclosure implements Enclosure {
  readonly input: Writable
  readonly output: Readable
  readonly death: Promise<WorldDeath>
  readonly reach: ShellOutside
  readonly shellLimits: readonly string[]
  readonly #options: EnclosureOptions
  readonly #user: HostUser
  readonly #child: ChildProcess
  readonly #group: ControlGroup | null
  readonly #remains: WorldRemains
  readonly #openedMs: number
  readonly #processes: LocalProcessReader
  #init: HostProcess | null = null
  #complaint = ''
  #isOver = false

  private constructor(options: EnclosureOptions, user: HostUser, group: ControlGroup | null) {
    const { spec, stagedBytes, replaced, context } = options
    this.#options = options
    this.#user = user
    this.#group = group
    this.#remains = new WorldRemains(group)
    this.#openedMs = context.clock.elapsedMs()
    this.#processes = new LocalProcessReader(() => this.#findInit(), context.clock)
    this.reach = new ShellOutside(() => this.#processes, context.clock)
    this.shellLimits = shellLimits(spec.limits, group)
    this.#child = launchWorld({ spec, user, stagedBytes, replaced })
    const { stdin, stdout, stderr, pid } = this.#child
    invariant(stdin !== null && stdout !== null, 'a world is launched with pipes')
    this.input = stdin
    this.output = stdout
    stderr?.on('data', (bytes: Buffer) => {
      this.#complaint = (this.#complaint + bytes.toString('utf8')).slice(-2_000)
    })
    this.death = this.#waitForDeath()
    // Before it is sent its files the chain starts nothing, so nothing of the world's escapes the account.
    if (pid !== undefined) this.#join(pid)
  }

  static async start(options: EnclosureOptions, user: HostUser): Promise<BubblewrapEnclosure> {
    preparation ??= prepare(user, options.context.clock)
    await preparation
    await using stack = new AsyncDisposableStack()
    const group = createControlGroup(options.spec.limits, options.stagedBytes)
    stack.defer(() => group?.remove(options.context.clock))
    const enclosure = new BubblewrapEnclosure(options, user, group)
    stack.move()
    return enclosure
  }

  complaint(): string {
    return this.#complaint.trim().split('\n').at(-1) ?? ''
  }

  hasDied(): boolean {
    // The kernel knows before it is reported to us.
    const init = this.#init
    return this.#isOver || (init !== null && lookAt(init.pid)?.startTicks !== init.startTicks)
  }

  async stand(): Promise<WorldTree> {
    this.#init = this.#findInit()
    if (this.#init === null) {
      throw new HarnessError(
        'Cannot start sandbox "bubblewrap": its first process cannot be seen from outside',
        { source: 'sandbox' },
      )
    }
    this.#remains.note(this.#child.pid, this.#init)
    // Killed together with the first process, the monitor could not wait for it, and where the host's own first process waits
    // for nobody it would be there for ever.
    if (this.#child.pid !== undefined) this.#group?.release(this.#child.pid)
    const reader = readerOf(`/proc/${this.#child.pid}/root${WORLD_MOUNT}`)
    return new OutsideTree(reader, (uid) => (uid === this.#user.uid ? 'agent' : 'system'))
  }

  followShell(innerPid: number): void {
    this.reach.follow(innerPid)
  }

  async processes(): Promise<ProcessSeen[]> {
    if (this.#init === null) return []
    return watchedProcesses(this.#processes, this.#init, {
      agentUid: this.#user.uid,
      worldAgeMs: () => this.#options.context.clock.elapsedMs() - this.#openedMs,
    })
  }

  async identify(innerPid: number, tree: WorldTree): Promise<Caller> {
    const caller = await this.#processes.caller(innerPid)
    return identifyCaller(caller, tree, this.#options.spec.programs)
  }

  async mountinfo(): Promise<string | null> {
    return this.#init === null ? null : mountinfoOf(this.#init)
  }

  async refusals(): Promise<Refusals | null> {
    return this.#group?.refusals() ?? null
  }

  async kill(): Promise<WorldEnd> {
    // A chain that could not be started has an end too, and it is reported in the next turn.
    if (this.#child.pid === undefined) await this.death
    return killWorld({
      child: this.#child,
      group: this.#group,
      remains: this.#remains,
      findInit: () => this.#findInit(),
      isOver: () => this.#isOver,
      exit: this.death,
      clock: this.#options.context.clock,
    })
  }

  async remove(): Promise<void> {
    await this.#group?.remove(this.#options.context.clock)
  }

  #join(pid: number): void {
    try {
      this.#group?.add(pid)
    } catch (cause) {
      // If it has ended before, its end says why.
      if (lookAt(pid) === null) return
      this.#child.kill('SIGKILL')
      throw new HarnessError(
        'Cannot start sandbox "bubblewrap": it cannot be put into its control group',
        { source: 'sandbox', cause },
      )
    }
  }

  #findInit(): HostProcess | null {
    if (this.#init !== null || this.#child.pid === undefined) return this.#init
    // While the chain is being built it has other children, which are the first in no namespace.
    const pid = childrenOf(this.#child.pid).find((child) => innerIds(child)?.pid === 1)
    return pid === undefined ? null : lookAt(pid)
  }

  #waitForDeath(): Promise<WorldDeath> {
    return new Promise((resolve) => {
      this.#child.once('error', (error) => {
        this.#complaint = error.message
        this.#isOver = true
        resolve({ code: null, signal: null })
      })
      // Killed while it was being built, it may leave a child that waits for its word, and keeps the pipes open meanwhile.
      this.#child.once('exit', () => {
        if (this.#init === null) killAbandoned(this.#user.uid)
      })
      // After the last of what it said has been read.
      this.#child.once('close', (code, signal) => {
        this.#isOver = true
        // The monitor passes on the signal that ended the first process as a shell would.
        if (code !== null && code > 128) resolve({ code: null, signal: signalName(code - 128) })
        else resolve({ code, signal })
      })
    })
  }
}

/** A root without all of its capabilities, as in a container, may be kept from a world that another user runs. */
function readerOf(path: string): LocalTreeReader {
  try {
    return new LocalTreeReader(path)
  } catch (cause) {
    throw new HarnessError(
      'Cannot start sandbox "bubblewrap": its files cannot be seen from outside',
      { source: 'sandbox', cause },
    )
  }
}

async function prepare(user: HostUser, clock: Clock): Promise<void> {
  startWatchdog(user)
  killAbandoned(user.uid)
  await sweepAbandonedGroups(clock)
}

function signalName(number: number): string {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? `${number}`
}
