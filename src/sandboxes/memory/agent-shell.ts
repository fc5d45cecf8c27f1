import type { Limits } from '../../records/limits.ts'
import type { Clock } from '../../support/clock.ts'
import { createOutputKeeper, type OutputKeeper } from '../output-keeper.ts'
import type { ExecResult } from '../sandbox.ts'
import type { Machine } from './machine/machine.ts'
import type { OpenFile } from './machine/open-file.ts'
import { CaptureFile, DeviceFile } from './machine/open-file.ts'
import { type ExitStatus, ProcessEnded, statusNumber } from './machine/process.ts'
import { endingStatus, SHELL_ENDING } from './shell/endings.ts'
import { ExitError, FatalError, newExecutionScope } from './shell/language.ts'
import { Shell } from './shell/shell.ts'
import { parseScript } from './shell/syntax.ts'

/** Ends a command whose time is up or whose caller has gone. The shell goes on living. */
class CommandInterrupted extends FatalError {
  constructor() {
    super('command interrupted', 'commands')
    this.stderr = ''
  }
}

interface Ending {
  readonly status: 'exited' | 'timed-out' | 'shell-ended'
  readonly exitCode: number | null
}

interface RunOptions {
  readonly timeoutMs: number
  /** Each of them ends the command. They are listened to one by one: a run's signal outlives many commands. */
  readonly signals: readonly AbortSignal[]
}

/** What background work may still do when a command is over, of the machine's time. */
const AFTERGLOW_MS = 10

export interface AgentShellOptions {
  readonly machine: Machine
  readonly clock: Clock
  readonly limits: Limits
  readonly environment: ReadonlyMap<string, string>
  /** Where each shell starts. */
  readonly cwd: string
}

/** The agent's shell: one process that lives on from command to command, and a new one whenever it has ended. */
export class AgentShell {
  readonly #options: AgentShellOptions
  readonly #machine: Machine
  readonly #terminal: CaptureFile
  #output: OutputKeeper
  #shell: Shell
  #queue: Promise<unknown> = Promise.resolve()
  /** What the harness failed at while a command waited for it. */
  #failure: { error: unknown } | null = null

  constructor(options: AgentShellOptions) {
    this.#options = options
    this.#machine = options.machine
    this.#output = createOutputKeeper(options.limits.outputBytes)
    this.#terminal = new CaptureFile((bytes) => this.#output.add(Buffer.from(bytes, 'latin1')))
    this.#shell = this.#newShell()
  }

  get workingDirectory(): string {
    return this.#shell.process.workingDirectory()
  }

  get process(): Shell['process'] {
    return this.#shell.process
  }

  exec(command: string, options: RunOptions): Promise<ExecResult> {
    return this.#serialised((shell) => shell.runParsed(parseScript(command)), options)
  }

  /** Runs a file as a child of the shell. */
  fire(path: string, options: RunOptions): Promise<ExecResult> {
    return this.#serialised((shell) => shell.dispatch(path, [], { functions: false }), options)
  }

  /** The harness could not answer a program: the command under way fails with it. */
  fail(error: unknown): void {
    this.#failure ??= { error }
    this.#interrupt(0)
  }

  #serialised(main: (shell: Shell) => Promise<number>, options: RunOptions): Promise<ExecResult> {
    const turn = this.#queue.then(() => this.#run(main, options))
    this.#queue = turn.catch(() => undefined)
    return turn
  }

  async #run(
    main: (shell: Shell) => Promise<number>,
    { timeoutMs, signals }: RunOptions,
  ): Promise<ExecResult> {
    for (const signal of signals) signal.throwIfAborted()
    const machine = this.#machine
    if (machine.death !== null) return this.#result({ status: 'exited', exitCode: null })
    const { timeline } = machine
    const firstPid = machine.nextPid
    const interrupt = (): void => this.#interrupt(firstPid)
    timeline.begin()
    const cancel = timeline.after(timeoutMs, interrupt)
    const withdraw = timeline.demand({ untilMs: Number.POSITIVE_INFINITY, throughHold: false })
    const startedMs = this.#options.clock.elapsedMs()
    machine.onBreath = () => {
      if (this.#options.clock.elapsedMs() - startedMs > timeoutMs) interrupt()
    }
    for (const signal of signals) signal.addEventListener('abort', interrupt)
    // Time runs while the command does, and no longer.
    const release = (): void => {
      cancel()
      withdraw()
    }
    const foreground = this.#foreground(main, release)
    const ending = await Promise.race([foreground, machine.exit.then(() => null)])
    for (const signal of signals) signal.removeEventListener('abort', interrupt)
    machine.onBreath = null
    release()
    if (this.#failure !== null) {
      const { error } = this.#failure
      this.#failure = null
      throw error
    }
    for (const signal of signals) signal.throwIfAborted()
    if (ending !== null) await timeline.quiesce(AFTERGLOW_MS, machine.exit)
    return this.#result(ending ?? { status: 'exited', exitCode: null })
  }

  async #foreground(main: (shell: Shell) => Promise<number>, release: () => void): Promise<Ending> {
    const shell = this.#shell
    refresh(shell)
    let ending: Ending
    try {
      const exitCode = await main(shell)
      shell.process.check()
      ending = { status: 'exited', exitCode }
    } catch (error) {
      ending = await this.#endingOf(shell, error)
    }
    release()
    this.#machine.timeline.end()
    return ending
  }

  async #endingOf(shell: Shell, error: unknown): Promise<Ending> {
    if (error instanceof CommandInterrupted) {
      shell.process.survive()
      // A shell that has been stopped will take no further command.
      if (shell.process.isStopped) this.#replace({ signal: 'KILL' })
      return { status: 'timed-out', exitCode: null }
    }
    if (error instanceof ProcessEnded) return this.#replace(error.status)
    if (error instanceof ExitError || isFatal(error)) {
      await printStderr(shell, error)
      return this.#replace({ code: await finished(shell, endingStatus(error)) })
    }
    if (error instanceof FatalError) {
      this.#machine.limitsReached.add('memory')
      await printStderr(shell, error)
    } else {
      // A fault in code that is not ours, provoked by what the agent wrote: the command failed, the harness did not.
      await shell.complain(error instanceof Error ? error.message : 'error')
    }
    return { status: 'exited', exitCode: 1 }
  }

  #replace(status: ExitStatus): Ending {
    this.#shell.process.exit(status)
    if (this.#machine.death === null) this.#shell = this.#newShell()
    return { status: 'shell-ended', exitCode: statusNumber(status) }
  }

  #interrupt(firstPid: number): void {
    for (const process of this.#machine.processes()) {
      if (process.pid < firstPid || process === this.#shell.process) continue
      if (process !== this.#machine.init) process.end(new ProcessEnded({ signal: 'KILL' }))
    }
    this.#shell.process.end(new CommandInterrupted())
  }

  #result(ending: Ending): ExecResult {
    const machine = this.#machine
    const shown = this.#output.text()
    const unsupported = [...machine.unsupported].sort()
    const limitsReached = [...machine.limitsReached].sort()
    machine.unsupported.clear()
    machine.limitsReached.clear()
    this.#output = createOutputKeeper(this.#options.limits.outputBytes)
    const died = machine.death !== null
    return {
      status: died ? 'machine-died' : ending.status,
      exitCode: died ? null : ending.exitCode,
      ...shown,
      unsupported,
      limitsReached,
      limitsTold: [],
    }
  }

  #newShell(): Shell {
    const machine = this.#machine
    const { environment, cwd } = this.#options
    const input = new DeviceFile('null')
    const files = new Map<number, OpenFile>([
      [0, input],
      [1, this.#terminal],
      [2, this.#terminal],
    ])
    const process = machine.fork({
      parent: machine.init,
      argv: ['/bin/bash'],
      environment: () => environment,
      files,
      ignored: new Set(),
    })
    input.release()
    process.group = process.pid
    process.cwd = machine.tree.find(cwd, process.who) ?? machine.tree.root
    const shell = new Shell(process, { name: 'bash', dialect: 'bash' })
    shell.adopt(environment, [])
    return shell
  }
}

// What a command that was cut short has left behind in the language core.
function refresh(shell: Shell): void {
  shell.process.survive()
  shell.ctx.executionScope = newExecutionScope()
  Object.assign(shell.state, {
    callDepth: 0,
    currentLine: 1,
    inCondition: false,
    localScopes: [],
    loopDepth: 0,
    sourceDepth: 0,
    funcNameStack: [],
  })
  for (const child of shell.process.children) {
    if (child.status !== null && !shell.jobs.some((job) => job.process === child)) {
      shell.process.children.delete(child)
    }
  }
}

function isFatal(error: unknown): error is Error {
  return error instanceof Error && SHELL_ENDING.has(error.name)
}

async function printStderr(shell: Shell, error: Error): Promise<void> {
  if ('stderr' in error && typeof error.stderr === 'string') {
    await shell.emit({ stdout: '', stderr: error.stderr, exitCode: 0 })
  }
}

async function finished(shell: Shell, code: number): Promise<number> {
  try {
    return await shell.finish(code)
  } catch (error) {
    if (error instanceof ProcessEnded) return statusNumber(error.status)
    throw error
  }
}
