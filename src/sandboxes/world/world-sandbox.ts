import type {
  Change,
  FileState,
  ProcessSeen,
  Rehearsal,
  SandboxExit,
  TraceReport,
  WorldEnd,
} from '../../records/evidence.ts'
import { LIMIT_NAMES, type LimitName } from '../../records/limits.ts'
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
import type { Enclosure, EnclosureKind, Refusals, WorldDeath } from './enclosure.ts'
import { fileArchive } from './file-archive.ts'
import { type InitMessage, InitMessageReader, order } from './init-frames.ts'
import { limitsTold } from './limits-told.ts'
import { markMounted, newMounts } from './new-mounts.ts'
import { PersistentShell, type ShellResult } from './persistent-shell.ts'
import { copiedFiles, rehearseFile } from './rehearse-file.ts'
import { type Caller, ServedPrograms } from './served-programs.ts'
import { fireCommand, shellPrelude } from './shell-script.ts'
import { TraceKeeper } from './trace-keeper.ts'
import { NOT_THE_WORLDS_OWN, watchedChanges } from './watched-changes.ts'
import { WorldTasks } from './world-tasks.ts'
import { type WorldTracing, worldTracing } from './world-tracing.ts'
import type { Findings, WorldTree } from './world-tree.ts'

/** Exit code of a first process that TERM has reached. */
const TERMINATED = 86
/** How long a world may take to stand, on a machine that starts many at once. */
const START_MS = 30_000
const NO_REFUSALS: Refusals = { memory: 0, processes: 0 }

export interface WorldOptions {
  readonly kind: EnclosureKind
  readonly spec: SandboxSpec
  readonly files: readonly StagedFile[]
  readonly context: SandboxContext
  /** Files of the world shown in place of programs that stand outside it, by the path of these. */
  readonly replaced?: ReadonlyMap<string, string>
}

/** A running world, whatever it is enclosed by: its first process is ours, and all that is driven through it is the same. */
export class WorldSandbox implements Sandbox {
  readonly session: SandboxSession
  readonly exit: Promise<SandboxExit>
  readonly #options: WorldOptions
  readonly #enclosure: Enclosure
  readonly #openedMs: number
  readonly #shell: PersistentShell
  readonly #programs: ServedPrograms
  readonly #tasks: WorldTasks
  readonly #tracing: WorldTracing | null
  readonly #traces: TraceKeeper
  readonly #ready = Promise.withResolvers<void>()
  #tree: WorldTree | null = null
  #baseline: Findings = { paths: new Map(), isCut: false, closed: new Set() }
  #mounts = ''
  #mountedAt: readonly string[] = []
  #isOver = false
  #endedByHarness = false
  #refusals = NO_REFUSALS
  #wasCut = false
  #killing: Promise<WorldEnd> | null = null
  #disposal: Promise<void> | null = null

  private constructor(options: WorldOptions, enclosure: Enclosure) {
    const { spec, context, kind } = options
    const { clock, signal } = context
    this.#options = options
    this.#enclosure = enclosure
    this.#openedMs = clock.elapsedMs()
    this.#tracing = worldTracing(kind.processor)
    this.#traces = new TraceKeeper({
      names: this.#tracing?.names ?? new Map(),
      worldAgeMs: () => clock.elapsedMs() - this.#openedMs,
    })
    const send = (bytes: Buffer): void => this.#send(bytes)
    this.#tasks = new WorldTasks({ send, clock, signal, timeoutMs: spec.limits.commandMs })
    this.#shell = new PersistentShell({
      send,
      clock,
      reach: enclosure.reach,
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

  /** @throws HarnessError when the world does not stand, with what those who build it said. */
  static async open(options: WorldOptions): Promise<WorldSandbox> {
    const { context, files, kind, replaced = new Map(), spec } = options
    context.signal.throwIfAborted()
    const archive = fileArchive(files)
    const stagedBytes = archive.reduce((sum, { length }) => sum + length, 0)
    const enclosure = await kind.start({ spec, context, stagedBytes, replaced })
    await using stack = new AsyncDisposableStack()
    const sandbox = stack.use(new WorldSandbox(options, enclosure))
    await sandbox.#stand(archive)
    stack.move()
    return sandbox
  }

  /** Whether calls are seen is known when the world stands, of this world and not of its kind. */
  get capabilities(): Capabilities {
    const { capabilities } = this.#options.kind
    return { ...capabilities, tracing: capabilities.tracing && this.untracedBecause === null }
  }

  /** Why the agent's calls are not seen, or not all of them; null where they are. */
  get untracedBecause(): string | null {
    if (this.#tracing === null) return 'the numbers of this processor’s system calls are not known'
    return this.#traces.reason || null
  }

  serve(path: string, program: ServedProgram): void {
    this.#programs.serve(path, program)
  }

  async changes(): Promise<Change[]> {
    return this.changesFrom(this.#baseline)
  }

  baselineOf(path: string): FileState | null {
    return this.#baseline.paths.get(path)?.state ?? null
  }

  textOf(sha256: string): string | null {
    return this.#openTree().textOf(sha256)
  }

  /** Differences from the baseline of the world that this one is a copy of. */
  async changesFrom(baseline: Findings): Promise<Change[]> {
    const tree = this.#openTree()
    const [now, mountedAt] = await Promise.all([
      tree.find(this.#options.spec.watched, new Set(baseline.paths.keys())),
      this.#mountPoints(),
    ])
    this.#wasCut ||= now.isCut
    const changes = await watchedChanges(tree, baseline, now, {
      isCopy: baseline !== this.#baseline,
    })
    return markMounted(changes, mountedAt, { baseline, now })
  }

  /** Where something has been mounted since the world stood; once it is dead, what was seen last. */
  async #mountPoints(): Promise<readonly string[]> {
    const mounts = this.#isOver ? null : await this.#enclosure.mountinfo()
    if (mounts !== null) this.#mountedAt = newMounts(this.#mounts, mounts)
    return this.#mountedAt
  }

  async processes(): Promise<ProcessSeen[]> {
    return this.#isOver ? [] : this.#enclosure.processes()
  }

  async takeTraces(): Promise<TraceReport> {
    return this.#traces.report()
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
    // A machine that is dead has not outlived the wait, however long word of its end takes.
    if (this.#enclosure.hasDied()) await this.exit
  }

  fire(path: string, { timeoutMs }: { timeoutMs: number }): Promise<ExecResult> {
    return this.#run(fireCommand(path), timeoutMs, this.#options.context.signal)
  }

  async rehearse(
    path: string,
    options: { graceMs: number; effect?: (changes: readonly Change[]) => boolean },
  ): Promise<Rehearsal> {
    const tree = this.#openTree()
    const copied = await tree.copy(NOT_THE_WORLDS_OWN)
    return rehearseFile({
      ...options,
      path,
      clock: this.#options.context.clock,
      baseline: this.#baseline,
      sleepPath: this.#options.kind.sleepPath,
      open: (replaced, more) =>
        WorldSandbox.open({
          ...this.#options,
          files: [...copiedFiles(this.#options.files, copied, tree.places), ...more],
          replaced,
        }),
    })
  }

  kill(): Promise<WorldEnd> {
    this.#killing ??= this.#killNow()
    return this.#killing
  }

  async #killNow(): Promise<WorldEnd> {
    // What is dead already was ended by somebody else, be it that word of it is still on its way.
    this.#endedByHarness = !this.#enclosure.hasDied()
    const end = await this.#enclosure.kill()
    await this.exit
    return end
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposal ??= this.#dispose()
    return this.#disposal
  }

  async #dispose(): Promise<void> {
    try {
      await this.kill()
    } finally {
      this.#tree?.close()
      this.#tree = null
      await this.#enclosure.remove()
    }
  }

  async #stand(archive: readonly Buffer[]): Promise<void> {
    const { spec, context } = this.#options
    for (const piece of archive) this.#send(piece)
    this.#send(
      order.boot(
        spec.cwd,
        shellPrelude(this.#enclosure.shellLimits),
        this.#tracing?.order(spec.watched) ?? null,
      ),
    )

    const over = new AbortController()
    const late = context.clock
      .sleep(START_MS, AbortSignal.any([over.signal, context.signal]))
      .then(() => `it did not stand within ${START_MS} ms`)
    const dead = this.exit.then(() => this.#enclosure.complaint() || 'it ended at once')
    try {
      const problem = await Promise.race([this.#ready.promise, dead, late])
      if (typeof problem === 'string') throw this.#cannotStart(problem)
    } finally {
      over.abort()
      late.catch(() => undefined)
    }
    this.#tree = await this.#enclosure.stand()
    this.#baseline = await this.#tree.find(spec.watched)
    this.#mounts = (await this.#enclosure.mountinfo()) ?? ''
  }

  async #run(command: string, timeoutMs: number, signal: AbortSignal): Promise<ExecResult> {
    const result = await this.#shell.run(command, { timeoutMs, signal })
    return { ...result, unsupported: [], ...(await this.#limitsOf(result)) }
  }

  /** Which limits the world has run into since the last command. */
  async #limitsOf(result: ShellResult): Promise<Pick<ExecResult, 'limitsReached' | 'limitsTold'>> {
    const [account, freeBytes] = await Promise.all([
      this.#enclosure.refusals(),
      this.#tree?.freeBytes() ?? null,
    ])
    const refusals = account ?? this.#refusals
    const before = this.#refusals
    this.#refusals = refusals
    // A command can come upon a limit and leave nothing of that behind; then all that can be seen is what was said.
    const told = limitsTold(result.output, { hasAccount: account !== null })
    const seen = new Set<LimitName>()
    if (refusals.processes > before.processes) seen.add('processes')
    if (refusals.memory > before.memory) seen.add('memory')
    if (freeBytes === 0) seen.add('disk')
    if (this.#wasCut) seen.add('watched-files')
    this.#wasCut = false
    return {
      limitsReached: LIMIT_NAMES.filter((name) => seen.has(name) || told.has(name)),
      limitsTold: LIMIT_NAMES.filter((name) => told.has(name) && !seen.has(name)),
    }
  }

  async #identify(pid: number): Promise<Caller> {
    if (this.#tree === null || this.#isOver) return { genuine: null, cwd: null }
    return this.#enclosure.identify(pid, this.#tree)
  }

  #openTree(): WorldTree {
    invariant(this.#tree !== null, 'a world is looked at between its opening and its disposal')
    return this.#tree
  }

  #send(bytes: Buffer): void {
    if (!this.#isOver) this.#enclosure.input.write(bytes)
  }

  #listen(): Promise<SandboxExit> {
    const { input, output, death } = this.#enclosure
    const reader = new InitMessageReader()
    output.on('data', (bytes: Buffer) => {
      try {
        for (const message of reader.read(bytes)) this.#take(message)
      } catch (cause) {
        // Nothing inside can write to this stream but the first process, so this is no act of the agent's.
        this.#fail('its first process said what it never says', cause)
      }
    })
    // Written to a world that has just died: its exit says so.
    input.on('error', () => undefined)
    return new Promise((resolve) => {
      void death.then(async (how) => {
        // The exit is known before anybody is told that a command has ended with the machine.
        resolve(await this.#end(how))
        this.#shell.die()
        this.#programs.die()
        this.#tasks.die()
      })
    })
  }

  #fail(problem: string, cause: unknown): void {
    const { id } = this.#options.kind
    this.#shell.fail(
      new HarnessError(`Cannot follow sandbox "${id}": ${problem}`, { source: 'sandbox', cause }),
    )
    // What comes of it is told to whoever disposes of the world.
    this.kill().catch(() => undefined)
  }

  async #end({ code, signal }: WorldDeath): Promise<SandboxExit> {
    this.#isOver = true
    const atMs = Math.max(0, this.#options.context.clock.elapsedMs() - this.#openedMs)
    return { code, signal, atMs, by: await this.#endedBy(code) }
  }

  async #endedBy(code: number | null): Promise<SandboxExit['by']> {
    if (this.#endedByHarness) return 'harness'
    if (code === TERMINATED) return 'init'
    const refusals = (await this.#enclosure.refusals()) ?? this.#refusals
    return refusals.memory > this.#refusals.memory ? 'limit' : 'unknown'
  }

  #take(message: InitMessage): void {
    if (message.kind === 'ready') this.#ready.resolve()
    if (message.kind === 'shell-started') this.#enclosure.followShell(message.pid)
    this.#shell.take(message)
    this.#programs.take(message)
    this.#tasks.take(message)
    this.#traces.take(message)
  }

  #cannotStart(problem: string): HarnessError {
    return new HarnessError(`Cannot start sandbox "${this.#options.kind.id}": ${problem}`, {
      source: 'sandbox',
    })
  }
}
