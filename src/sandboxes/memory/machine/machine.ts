import { scheduler } from 'node:timers/promises'
import type { SandboxExit } from '../../../records/evidence.ts'
import type { LimitName, Limits } from '../../../records/limits.ts'
import { FileTree } from '../files/file-tree.ts'
import type { Inode } from '../files/inode.ts'
import { SystemError } from '../files/system-error.ts'
import type { Program } from '../programs/program.ts'
import { ExitError } from '../shell/language.ts'
import type { OpenFile } from './open-file.ts'
import { type ExitStatus, Process, ProcessEnded } from './process.ts'
import { Timeline } from './timeline.ts'

/** Exit code of a first process that the TERM signal has reached. */
export const TERMINATED_EXIT_CODE = 86

/** What a started program costs of the machine's time, and a command that the shell runs by itself. */
export const PROGRAM_MS = 1
export const BUILTIN_MS = 0.1

/** After how many steps other work of the harness gets its turn. */
const STEPS_PER_BREATH = 512

export interface MachineOptions {
  readonly root: Inode
  readonly hostname: string
  readonly user: string
  readonly home: string
  readonly limits: Limits
  readonly programs: ReadonlyMap<string, Program>
  /** Milliseconds of the epoch at which the machine starts. */
  readonly bootedMs: number
  /** Texts of the clients of served programs, and the programs they belong to. */
  readonly clients: ReadonlyMap<string, string>
  readonly onCall: ServedCallHandler
  /** After how many steps the machine is ended by a limit. */
  readonly stepsMax?: number
}

/** Answers a client of a served program; resolves to the client's exit code. */
export type ServedCallHandler = (
  client: Process,
  call: { program: string; args: readonly string[]; environment: ReadonlyMap<string, string> },
) => Promise<number>

export interface Spawn {
  readonly parent: Process
  readonly argv: readonly string[]
  readonly environment: () => ReadonlyMap<string, string>
  /** Descriptors of the new process; each is shared with it. */
  readonly files: ReadonlyMap<number, OpenFile>
  readonly ignored?: ReadonlySet<string>
}

/** The simulated computer: its files, its time, its processes, and its death. */
export class Machine {
  readonly timeline = new Timeline()
  readonly tree: FileTree
  readonly options: MachineOptions
  readonly init: Process
  readonly exit: Promise<SandboxExit>
  /** Techniques met that this machine cannot represent. */
  readonly unsupported = new Set<string>()
  readonly limitsReached = new Set<LimitName>()
  /** Called now and then while something runs. */
  onBreath: (() => void) | null = null
  readonly #processes = new Map<number, Process>()
  readonly #announceDeath: (exit: SandboxExit) => void
  #death: SandboxExit | null = null
  #nextPid = 2
  #steps = 0

  constructor(options: MachineOptions, tree?: FileTree) {
    this.options = options
    const hooks = {
      now: () => this.nowMs,
      onFull: () => this.limitsReached.add('disk'),
    }
    this.tree =
      tree?.clone(hooks) ??
      new FileTree({ root: options.root, limitBytes: options.limits.diskBytes, ...hooks })
    const exit = Promise.withResolvers<SandboxExit>()
    this.exit = exit.promise
    this.#announceDeath = exit.resolve
    this.init = new Process({
      machine: this,
      pid: 1,
      parent: null,
      argv: ['/sbin/init'],
      environment: () => new Map(),
      cwd: this.tree.root,
      umask: 0o022,
      files: new Map(),
    })
    this.#processes.set(1, this.init)
  }

  /** Null while the first process lives. */
  get death(): SandboxExit | null {
    return this.#death
  }

  /** Milliseconds of the epoch, on the machine's own clock. */
  get nowMs(): number {
    return this.options.bootedMs + this.timeline.nowMs
  }

  /** Everything that lives, in order of birth, the first process included. */
  processes(): Process[] {
    return [...this.#processes.values()]
  }

  find(pid: number): Process | undefined {
    return this.#processes.get(pid)
  }

  /** The id that the next process will have. */
  get nextPid(): number {
    return this.#nextPid
  }

  /** A new process, not started yet. @throws SystemError EAGAIN when there are too many. */
  fork(spawn: Spawn): Process {
    if (this.#processes.size > this.options.limits.processes) {
      this.limitsReached.add('processes')
      throw new SystemError('EAGAIN')
    }
    const files = new Map<number, OpenFile>()
    for (const [number, file] of spawn.files) files.set(number, file.share())
    const { parent, argv, environment } = spawn
    const process = new Process({
      machine: this,
      pid: this.#nextPid++,
      parent,
      argv,
      environment,
      cwd: parent.cwd,
      umask: parent.umask,
      files,
      ignored: spawn.ignored ?? parent.ignored,
    })
    this.#processes.set(process.pid, process)
    return process
  }

  /** Lets a process run. Its exit code is what `main` returns, or what ended it says. */
  start(process: Process, main: (process: Process) => Promise<number>): void {
    this.timeline.begin()
    void this.#live(process, main)
  }

  forget(process: Process): void {
    this.#processes.delete(process.pid)
  }

  /** A signal from inside to the first process. It has a handler for TERM only, and the kernel spares it the others. */
  signalInit(name: string): void {
    if (name === 'TERM') this.die({ code: TERMINATED_EXIT_CODE, signal: null, by: 'init' })
  }

  /** Everything stops where it is. */
  die(how: Omit<SandboxExit, 'atMs'>): void {
    if (this.#death !== null) return
    this.#death = { ...how, atMs: this.timeline.nowMs }
    for (const process of this.processes()) process.end(new ProcessEnded({ signal: 'KILL' }))
    this.#announceDeath(this.#death)
  }

  /** Gives other work of the harness its turn now and then: a loop of the agent never blocks a run. */
  breathe(): Promise<void> | undefined {
    if (++this.#steps % STEPS_PER_BREATH !== 0) return undefined
    if (this.#steps > (this.options.stepsMax ?? Number.POSITIVE_INFINITY)) {
      this.die({ code: null, signal: 'KILL', by: 'limit' })
    }
    this.onBreath?.()
    return scheduler.yield()
  }

  async #live(process: Process, main: (process: Process) => Promise<number>): Promise<void> {
    let status: ExitStatus = { code: 0 }
    try {
      process.check()
      status = { code: await main(process) }
    } catch (error) {
      status = statusOf(error)
    }
    process.exit(status)
    this.timeline.end()
  }
}

// Whatever a program throws is its own end, as a crash is in a real machine: the agent's input may provoke faults in code
// that is not ours, and such a fault is no failure of the harness.
function statusOf(error: unknown): ExitStatus {
  if (error instanceof ProcessEnded) return error.status
  if (error instanceof ExitError) return { code: error.exitCode }
  return { signal: 'ABRT' }
}
