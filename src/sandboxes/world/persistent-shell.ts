import type { Clock } from '../../support/clock.ts'
import { HarnessError } from '../../support/errors.ts'
import { createOutputKeeper, type OutputKeeper } from '../output-keeper.ts'
import type { ExecResult } from '../sandbox.ts'
import { exitCodeOf, type InitMessage, order } from './init-frames.ts'
import { commandScript, givenUpScript } from './shell-script.ts'

/** How a backend reaches the shell from outside, where its own loop does not answer. */
export interface ShellReach {
  /** A command is about to begin: what runs now does not belong to it. */
  begin(): Promise<void>
  /** Ends what has been started since the command began, and has the shell give it up. */
  giveUp(): Promise<void>
  /** Ends what has been started since the command began. The shell goes on. */
  endStarted(): Promise<void>
  /** Ends the shell itself, and what has been started since the command began. The first process starts another shell. */
  kill(): Promise<void>
}

export interface PersistentShellOptions {
  readonly send: (order: Buffer) => void
  readonly reach: ShellReach
  readonly clock: Clock
  readonly outputBytes: number
}

export type ShellResult = Omit<ExecResult, 'unsupported' | 'limitsReached' | 'limitsTold'>

/** How a command came to its end, before its output is added. */
type Ending = Pick<ShellResult, 'status' | 'exitCode'>

/** A shell that has given up its command says so within this time, or is killed. */
const GIVE_UP_MS = 300
/** The first process reports the end of a killed shell within this time, or the machine is taken for lost. */
const LOST_MS = 10_000

/** The agent's one shell, as the harness drives it: commands in their turn, output bounded, an end to each. */
export class PersistentShell {
  readonly #options: PersistentShellOptions
  #turn: Promise<unknown> = Promise.resolve()
  #output: OutputKeeper
  #seq = 0
  #lastStatus = 0
  #running: { seq: number; end(ending: Ending): void; fail(error: unknown): void } | null = null
  #isDead = false
  #failure: { readonly error: unknown } | null = null

  constructor(options: PersistentShellOptions) {
    this.#options = options
    this.#output = createOutputKeeper(options.outputBytes)
  }

  /**
   * Runs a command when those before it are over. What jobs have printed in between comes first.
   * @throws the signal's reason on abort, when what the command started has been ended; HarnessError when the world does not answer.
   */
  run(command: string, limits: { timeoutMs: number; signal: AbortSignal }): Promise<ShellResult> {
    const result = this.#turn.then(() => this.#runNow(command, limits))
    // A failure is the caller's; the next command has its turn all the same.
    this.#turn = result.catch(() => undefined)
    return result
  }

  take(message: InitMessage): void {
    switch (message.kind) {
      case 'output':
        this.#output.add(message.bytes)
        return
      case 'command-done':
        this.#end(message.seq, { status: 'exited', exitCode: message.status })
        return
      case 'shell-ended':
        this.#end(message.seq, { status: 'shell-ended', exitCode: exitCodeOf(message.status) })
        return
      default:
    }
  }

  /** The machine is dead: the command under way and all later ones end so. */
  die(): void {
    this.#isDead = true
    this.#running?.end({ status: 'machine-died', exitCode: null })
  }

  /** The harness itself has failed: the command under way or the next one rejects with it. */
  fail(error: unknown): void {
    this.#failure ??= { error }
    this.#running?.fail(error)
  }

  async #runNow(
    command: string,
    limits: { timeoutMs: number; signal: AbortSignal },
  ): Promise<ShellResult> {
    limits.signal.throwIfAborted()
    if (this.#failure !== null) throw this.#failure.error
    const seq = ++this.#seq
    const ending = this.#isDead
      ? ({ status: 'machine-died', exitCode: null } as const)
      : await this.#runToItsEnd(seq, command, limits)
    const { output, cutBytes } = this.#output.text()
    this.#output = createOutputKeeper(this.#options.outputBytes)
    this.#lastStatus = ending.status === 'exited' ? (ending.exitCode ?? 0) : 0
    return { output, ...ending, cutBytes }
  }

  async #runToItsEnd(
    seq: number,
    command: string,
    { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
  ): Promise<Ending> {
    const { clock, reach, send } = this.#options
    const { promise: ended, resolve, reject } = Promise.withResolvers<Ending>()
    this.#running = { seq, end: resolve, fail: reject }
    try {
      await reach.begin()
      send(order.command(seq, commandScript(seq, command, this.#lastStatus)))
      const first = await within(clock, timeoutMs, ended, signal)
      if (first !== 'late' && first !== 'aborted') return first

      const giving = await this.#giveUp(seq, ended)
      signal.throwIfAborted()
      return giving.status === 'machine-died' ? giving : { status: 'timed-out', exitCode: null }
    } finally {
      this.#running = null
    }
  }

  async #giveUp(seq: number, ended: Promise<Ending>): Promise<Ending> {
    const { clock, reach, send } = this.#options
    await reach.giveUp()
    send(order.command(seq, givenUpScript(seq)))
    const given = await within(clock, GIVE_UP_MS, ended)
    if (given !== 'late') {
      // bash finishes what it is starting, and starts a process more, before it heeds a signal.
      await reach.endStarted()
      return given
    }
    await reach.kill()
    const killed = await within(clock, LOST_MS, ended)
    if (killed !== 'late') return killed
    throw new HarnessError(
      `Cannot end a command in the sandbox: its first process did not answer within ${LOST_MS} ms`,
      { source: 'sandbox' },
    )
  }

  #end(seq: number, ending: Ending): void {
    if (this.#running?.seq === seq) this.#running.end(ending)
  }
}

/** What a promise came to, or that it took too long, or that the signal aborted first. */
async function within<T>(clock: Clock, ms: number, result: Promise<T>): Promise<T | 'late'>
async function within<T>(
  clock: Clock,
  ms: number,
  result: Promise<T>,
  signal: AbortSignal,
): Promise<T | 'late' | 'aborted'>
async function within<T>(
  clock: Clock,
  ms: number,
  result: Promise<T>,
  signal?: AbortSignal,
): Promise<T | 'late' | 'aborted'> {
  const over = new AbortController()
  const either = signal === undefined ? over.signal : AbortSignal.any([over.signal, signal])
  // Rejects when it is over, which the race has then already decided, or on the caller's abort.
  const wait = clock.sleep(ms, either).then(
    () => 'late' as const,
    () => 'aborted' as const,
  )
  try {
    return await Promise.race([result, wait])
  } finally {
    over.abort()
  }
}
