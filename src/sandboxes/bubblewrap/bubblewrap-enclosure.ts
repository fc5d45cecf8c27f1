import type { ChildProcess } from 'node:child_process'
import { constants } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import type { ProcessSeen, WorldEnd } from '../../records/evidence.ts'
import { HarnessError, invariant } from '../../support/errors.ts'
import type { Enclosure, EnclosureOptions, Refusals, WorldDeath } from '../world/enclosure.ts'
import type { Caller } from '../world/served-programs.ts'
import type { WorldTree } from '../world/world-tree.ts'
import { identifyCaller } from './caller.ts'
import { type ControlGroup, createControlGroup } from './control-group.ts'
import { childrenOf, type HostProcess, innerIds, lookAt } from './host-processes.ts'
import type { HostUser } from './host-user.ts'
import { killAbandoned, killWorld } from './kill-world.ts'
import { launchWorld, WORLD_MOUNT } from './launch-world.ts'
import { LocalTree } from './local-tree.ts'
import { shellLimits } from './shell-limits.ts'
import { ShellOutside } from './shell-outside.ts'
import { watchedProcesses } from './watched-processes.ts'

/** Whether what killed harnesses have left was looked for, once in a process. */
let hasTidied = false

/** A world in namespaces of its own, its processes children of the harness, seen through the host's /proc. */
export class BubblewrapEnclosure implements Enclosure {
  readonly input: Writable
  readonly output: Readable
  readonly death: Promise<WorldDeath>
  readonly reach = new ShellOutside()
  readonly shellLimits: readonly string[]
  readonly #options: EnclosureOptions
  readonly #user: HostUser
  readonly #child: ChildProcess
  readonly #group: ControlGroup | null
  readonly #openedMs: number
  #init: HostProcess | null = null
  #complaint = ''
  #isOver = false

  private constructor(options: EnclosureOptions, user: HostUser, group: ControlGroup | null) {
    const { spec, stagedBytes, replaced, context } = options
    this.#options = options
    this.#user = user
    this.#group = group
    this.#openedMs = context.clock.elapsedMs()
    this.shellLimits = shellLimits(spec.limits, group !== null)
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
    if (pid !== undefined) this.#group?.add(pid)
  }

  static async start(options: EnclosureOptions, user: HostUser): Promise<BubblewrapEnclosure> {
    if (!hasTidied) killAbandoned(user.uid)
    hasTidied = true
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

  async stand(): Promise<WorldTree> {
    this.#init = this.#findInit()
    if (this.#init === null) {
      throw new HarnessError(
        'Cannot start sandbox "bubblewrap": its first process cannot be seen from outside',
        { source: 'sandbox' },
      )
    }
    return new LocalTree(`/proc/${this.#child.pid}/root${WORLD_MOUNT}`, (uid) =>
      uid === this.#user.uid ? 'agent' : 'system',
    )
  }

  followShell(innerPid: number): void {
    this.reach.follow(() => this.#findInit(), innerPid)
  }

  async processes(): Promise<ProcessSeen[]> {
    if (this.#init === null) return []
    return watchedProcesses(this.#init.pid, {
      agentUid: this.#user.uid,
      worldAgeMs: this.#options.context.clock.elapsedMs() - this.#openedMs,
    })
  }

  async identify(innerPid: number, tree: WorldTree): Promise<Caller> {
    if (this.#init === null) return { genuine: null, cwd: null }
    return identifyCaller(this.#init.pid, innerPid, tree, this.#options.spec.programs)
  }

  async refusals(): Promise<Refusals | null> {
    return this.#group?.refusals() ?? null
  }

  async kill(): Promise<WorldEnd> {
    const { clock } = this.#options.context
    const mechanism = this.#isOver ? 'none' : 'pid-namespace'
    const orderedMs = clock.elapsedMs()
    await killWorld(this.#child, this.#findInit(), this.death, clock)
    const deadMs = mechanism === 'none' ? 0 : clock.elapsedMs() - orderedMs
    return { mechanism, deadMs, verifiedBy: 'the end of its first process’s monitor' }
  }

  async remove(): Promise<void> {
    await this.#group?.remove(this.#options.context.clock)
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

function signalName(number: number): string {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? `${number}`
}
