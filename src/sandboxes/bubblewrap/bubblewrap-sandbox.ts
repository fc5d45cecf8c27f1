import type { ChildProcess } from 'node:child_process'
import { constants } from 'node:os'
import type {
  Change,
  ProcessSeen,
  Rehearsal,
  SandboxExit,
  TraceReport,
  WorldEnd,
} from '../../records/evidence.ts'
import type { LimitName } from '../../records/limits.ts'
import { HarnessError, invariant } from '../../support/errors.ts'
import type {
  Capabilities,
  ExecResult,
  Sandbox,
  SandboxContext,
  SandboxSession,
  SandboxSpec,
  ServedProgram,
  StagedFile,
} from '../sandbox.ts'
import { fileArchive } from '../world/file-archive.ts'
import { type InitMessage, InitMessageReader, order } from '../world/init-frames.ts'
import { PersistentShell, type ShellResult } from '../world/persistent-shell.ts'
import { type Caller, ServedPrograms } from '../world/served-programs.ts'
import { fireCommand, shellPrelude } from '../world/shell-script.ts'
import { WorldTasks } from '../world/world-tasks.ts'
import { identifyCaller } from './caller.ts'
import { type ControlGroup, createControlGroup } from './control-group.ts'
import { childrenOf, type HostProcess, innerIds, lookAt } from './host-processes.ts'
import type { HostUser } from './host-user.ts'
import { killAbandoned, killWorld } from './kill-world.ts'
import { launchWorld, WORLD_MOUNT } from './launch-world.ts'
import { copiedFiles, rehearseFile } from './rehearse-file.ts'
import { shellLimits } from './shell-limits.ts'
import { ShellOutside } from './shell-outside.ts'
import { NOT_THE_WORLDS_OWN, watchedChanges } from './watched-changes.ts'
import { watchedProcesses } from './watched-processes.ts'
import { type Findings, WorldTree } from './world-tree.ts'

/** Exit code of a first process that TERM has reached. */
const TERMINATED = 86
/** How long a world may take to stand, on a machine that starts many at once. */
const START_MS = 30_000

/** Whether what killed harnesses have left was looked for, once in a process. */
let hasTidied = false

export interface WorldOptions {
  readonly spec: SandboxSpec
  readonly files: readonly StagedFile[]
  readonly user: HostUser
  readonly capabilities: Capabilities
  readonly context: SandboxContext
  /** Files of the world shown in place of the host's, by the path of these. */
  readonly replaced?: ReadonlyMap<string, string>
}

/** A running world in namespaces of its own. */
export class BubblewrapSandbox implements Sandbox {
  readonly session: SandboxSession
  readonly capabilities: Capabilities
  readonly exit: Promise<SandboxExit>
  readonly #options: WorldOptions
  readonly #child: ChildProcess
  readonly #group: ControlGroup | null
  readonly #openedMs: number
  readonly #shell: PersistentShell
  readonly #programs: ServedPrograms
  readonly #tasks: WorldTasks
  readonly #outside = new ShellOutside()
  readonly #ready = Promise.withResolvers<void>()
  #init: HostProcess | null = null
  #tree: WorldTree | null = null
  #baseline: Findings = { paths: new Map(), isCut: false }
  #isOver = false
  #endedByHarness = false
  #complaint = ''
  #refusals = { memory: 0, processes: 0 }
  #wasCut = false
  #killing: Promise<WorldEnd> | null = null
  #disposal: Promise<void> | null = null

  /** Starts the chain that builds the world; `open` sends it the files and waits until it stands. */
  private constructor(options: WorldOptions, archive: Buffer, group: ControlGroup | null) {
    const { spec, context, user } = options
    const { clock, signal } = context
    this.#options = options
    this.capabilities = options.capabilities
    this.#openedMs = clock.elapsedMs()
    this.#group = group
    this.#child = launchWorld({
      spec,
      user,
      stagedBytes: archive.length,
      ...(options.replaced === undefined ? {} : { replaced: options.replaced }),
    })
    const send = (bytes: Buffer): void => this.#send(bytes)
    this.#tasks = new WorldTasks({ send, clock, signal, timeoutMs: spec.limits.commandMs })
    this.#shell = new PersistentShell({
      send,
      clock,
      reach: this.#outside,
      outputBytes: spec.limits.outputBytes,
    })
    this.#programs = new ServedPrograms({
      send,
      identify: (pid) => this.#identify(pid),
      fail: (error) => this.#shell.fail(error),
    })
    this.exit = this.#listen()
    this.session = {
      exec: (command, { timeoutMs, signal: ofCall }) =>
        this.#run(command, timeoutMs, AbortSignal.any([ofCall, signal])),
      readFile: (path) => this.#tasks.readFile(path),
      writeFile: (path, content) => this.#tasks.writeFile(path, content),
    }
  }

  /** @throws HarnessError when the world does not stand, with what the chain that builds it said. */
  static async open(options: WorldOptions): Promise<BubblewrapSandbox> {
    const { context, files, spec } = options
    context.signal.throwIfAborted()
    if (!hasTidied) killAbandoned(options.user.uid)
    hasTidied = true
    const archive = fileArchive(files)
    await using stack = new AsyncDisposableStack()
    const group = createControlGroup(spec.limits, archive.length)
    stack.defer(() => group?.remove(context.clock))
    const sandbox = stack.use(new BubblewrapSandbox(options, archive, group))
    await sandbox.#stand(archive)
    stack.move()
    return sandbox
  }

  serve(path: string, program: ServedProgram): void {
    this.#programs.serve(path, program)
  }

  async changes(): Promise<Change[]> {
    return this.changesFrom(this.#baseline)
  }

  /** Differences from the baseline of the world that this one is a copy of. */
  async changesFrom(baseline: Findings): Promise<Change[]> {
    const tree = this.#openTree()
    const now = await tree.find(this.#options.spec.watched, new Set(baseline.paths.keys()))
    this.#wasCut ||= now.isCut
    return watchedChanges(tree, baseline, now, { isCopy: baseline !== this.#baseline })
  }

  async processes(): Promise<ProcessSeen[]> {
    const { context, user } = this.#options
    if (this.#init === null || this.#isOver) return []
    return watchedProcesses(this.#init.pid, {
      agentUid: user.uid,
      worldAgeMs: context.clock.elapsedMs() - this.#openedMs,
    })
  }

  async settle(ms: number): Promise<void> {
    const { clock, signal } = this.#options.context
    const over = new AbortController()
    const waited = clock.sleep(ms, AbortSignal.any([over.signal, signal]))
    try {
      await Promise.race([waited, this.exit])
    } finally {
      over.abort()
      // Where the machine died first, the sleep is broken off, which is as it should be.
      waited.catch(() => undefined)
    }
  }

  fire(path: string, { timeoutMs }: { timeoutMs: number }): Promise<ExecResult> {
    return this.#run(fireCommand(path), timeoutMs, this.#options.context.signal)
  }

  async rehearse(
    path: string,
    options: { graceMs: number; effect?: (changes: readonly Change[]) => boolean },
  ): Promise<Rehearsal> {
    const copied = await this.#openTree().copy(NOT_THE_WORLDS_OWN)
    return rehearseFile({
      ...options,
      path,
      clock: this.#options.context.clock,
      baseline: this.#baseline,
      open: (replaced, more) =>
        BubblewrapSandbox.open({
          ...this.#options,
          files: [...copiedFiles(this.#options.files, copied), ...more],
          replaced,
        }),
    })
  }

  async takeTraces(): Promise<TraceReport> {
    return { traces: [], leftOut: 0 }
  }

  kill(): Promise<WorldEnd> {
    this.#killing ??= this.#kill()
    return this.#killing
  }

  async #kill(): Promise<WorldEnd> {
    const { clock } = this.#options.context
    const mechanism = this.#isOver ? 'none' : 'pid-namespace'
    const orderedMs = clock.elapsedMs()
    this.#endedByHarness ||= !this.#isOver
    await killWorld(this.#child, this.#findInit(), this.exit, clock)
    const deadMs = mechanism === 'none' ? 0 : clock.elapsedMs() - orderedMs
    return { mechanism, deadMs, verifiedBy: 'the end of its first process’s monitor' }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposal ??= this.#dispose()
    return this.#disposal
  }

  async #dispose(): Promise<void> {
    await this.kill()
    this.#tree?.close()
    this.#tree = null
    await this.#group?.remove(this.#options.context.clock)
  }

  async #stand(archive: Buffer): Promise<void> {
    const { spec, context } = this.#options
    // Before it is sent its files the chain starts nothing, so nothing of the world's escapes the account.
    if (this.#child.pid !== undefined) this.#group?.add(this.#child.pid)
    this.#send(archive)
    this.#send(order.boot(spec.cwd, shellPrelude(shellLimits(spec.limits, this.#group !== null))))

    const over = new AbortController()
    const late = context.clock
      .sleep(START_MS, AbortSignal.any([over.signal, context.signal]))
      .then(() => `it did not stand within ${START_MS} ms`)
    const dead = this.exit.then(
      () => this.#complaint.trim().split('\n').at(-1) || 'it ended at once',
    )
    try {
      const problem = await Promise.race([this.#ready.promise, dead, late])
      if (typeof problem === 'string') throw cannotStart(problem)
    } finally {
      over.abort()
      late.catch(() => undefined)
    }
    this.#init = this.#findInit()
    if (this.#init === null) throw cannotStart('its first process cannot be seen from outside')
    this.#tree = new WorldTree(`/proc/${this.#child.pid}/root${WORLD_MOUNT}`, (uid) =>
      uid === this.#options.user.uid ? 'agent' : 'system',
    )
    this.#baseline = await this.#tree.find(spec.watched)
  }

  async #run(command: string, timeoutMs: number, signal: AbortSignal): Promise<ExecResult> {
    const result = await this.#shell.run(command, { timeoutMs, signal })
    return { ...result, unsupported: [], limitsReached: this.#limitsReached(result) }
  }

  /** Which limits the world has run into since the last command. */
  #limitsReached(result: ShellResult): LimitName[] {
    const refusals = this.#group?.refusals() ?? this.#refusals
    const before = this.#refusals
    this.#refusals = refusals
    const reached: LimitName[] = []
    // Without an account of its own, all that can be seen is what the shell says about it.
    const saysSo = /fork: .*Resource temporarily unavailable/.test(result.output)
    if (refusals.processes > before.processes || saysSo) reached.push('processes')
    if (refusals.memory > before.memory) reached.push('memory')
    if (this.#tree !== null && this.#tree.freeBytes === 0) reached.push('disk')
    if (this.#wasCut) reached.push('watched-files')
    this.#wasCut = false
    return reached
  }

  async #identify(pid: number): Promise<Caller> {
    if (this.#init === null || this.#isOver) return { genuine: null, cwd: null }
    return identifyCaller(this.#init.pid, pid, this.#openTree(), this.#options.spec.programs)
  }

  #openTree(): WorldTree {
    invariant(this.#tree !== null, 'a world is looked at between its opening and its disposal')
    return this.#tree
  }

  #findInit(): HostProcess | null {
    if (this.#init !== null || this.#child.pid === undefined) return this.#init
    // While the chain is being built it has other children, which are the first in no namespace.
    const pid = childrenOf(this.#child.pid).find((child) => innerIds(child)?.pid === 1)
    return pid === undefined ? null : lookAt(pid)
  }

  #send(bytes: Buffer): void {
    if (!this.#isOver) this.#child.stdin?.write(bytes)
  }

  #listen(): Promise<SandboxExit> {
    const { stdin, stdout, stderr } = this.#child
    const reader = new InitMessageReader()
    stdout?.on('data', (bytes: Buffer) => {
      try {
        for (const message of reader.read(bytes)) this.#take(message)
      } catch (cause) {
        // Nothing inside can write to this stream but the first process, so this is no act of the agent's.
        this.#shell.fail(
          new HarnessError('Cannot follow the sandbox: its first process said what it never says', {
            source: 'sandbox',
            cause,
          }),
        )
        void this.kill()
      }
    })
    stderr?.on('data', (bytes: Buffer) => {
      this.#complaint = (this.#complaint + bytes.toString('utf8')).slice(-2_000)
    })
    // Written to a world that has just died: its exit says so.
    stdin?.on('error', () => undefined)
    return new Promise((resolve) => {
      this.#child.once('error', (error) => {
        this.#complaint = error.message
        resolve(this.#end(null, null))
      })
      // After the last of what it said has been read.
      this.#child.once('close', (code, signal) => resolve(this.#end(code, signal)))
    })
  }

  #end(code: number | null, signal: NodeJS.Signals | null): SandboxExit {
    this.#isOver = true
    this.#shell.die()
    this.#programs.die()
    this.#tasks.die()
    const atMs = Math.max(0, this.#options.context.clock.elapsedMs() - this.#openedMs)
    // The monitor passes on the signal that ended the first process as a shell would.
    const ended =
      code !== null && code > 128
        ? { code: null, signal: signalName(code - 128) }
        : { code, signal }
    return { ...ended, atMs, by: this.#endedBy(code) }
  }

  #endedBy(code: number | null): SandboxExit['by'] {
    if (this.#endedByHarness) return 'harness'
    if (code === TERMINATED) return 'init'
    const refusals = this.#group?.refusals() ?? this.#refusals
    return refusals.memory > this.#refusals.memory ? 'limit' : 'unknown'
  }

  #take(message: InitMessage): void {
    if (message.kind === 'ready') this.#ready.resolve()
    if (message.kind === 'shell-started') this.#outside.follow(() => this.#findInit(), message.pid)
    this.#shell.take(message)
    this.#programs.take(message)
    this.#tasks.take(message)
  }
}

function signalName(number: number): string {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? `${number}`
}

function cannotStart(problem: string): HarnessError {
  return new HarnessError(`Cannot start sandbox "bubblewrap": ${problem}`, { source: 'sandbox' })
}
