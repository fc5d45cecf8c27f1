import type { FileTree } from '../files/file-tree.ts'
import { FileView, type Viewer } from '../files/file-view.ts'
import { AGENT_UID, type Credentials, type Inode } from '../files/inode.ts'
import { SystemError } from '../files/system-error.ts'
import { FatalError } from '../shell/language.ts'
import type { Machine } from './machine.ts'
import { type OpenFile, readAll } from './open-file.ts'
import { signalStatus } from './pipe.ts'
import { IGNORED_BY_DEFAULT, STOPPING } from './signals.ts'

/** How a process ended: its own exit code, or the signal that ended it. */
export type ExitStatus = { readonly code: number } | { readonly signal: string }

/** Unwinds a process that a signal or its machine's death has ended. Nothing of the language catches it. */
export class ProcessEnded extends FatalError {
  readonly status: ExitStatus

  constructor(status: ExitStatus) {
    super('process ended', 'commands')
    // The core gives its errors something to say; this one is told by whoever waits for the process.
    this.stderr = ''
    this.status = status
  }
}

export interface ProcessInit {
  readonly machine: Machine
  readonly pid: number
  readonly parent: Process | null
  readonly argv: readonly string[]
  readonly environment: () => ReadonlyMap<string, string>
  readonly cwd: Inode
  readonly umask: number
  readonly files: Map<number, OpenFile>
  readonly ignored?: ReadonlySet<string>
}

/** What one process may hold of what it has read, whatever the machine's limit. */
const HELD_BYTES = 64 * 1024 * 1024

/** How many steps the first process of a pipeline has before the next begins. */
const STEPS_PER_TURN = 256

/** One process: its descriptors, its place, its signals. What it runs is one asynchronous function. */
export class Process implements Viewer {
  readonly machine: Machine
  readonly pid: number
  parent: Process | null
  argv: readonly string[]
  /** What `/proc` and the harness see of its environment. */
  environment: () => ReadonlyMap<string, string>
  cwd: Inode
  umask: number
  readonly files: Map<number, OpenFile>
  readonly startedAtMs: number
  /** Id of the process group, which signals can be sent to as a whole. */
  group: number
  readonly children = new Set<Process>()
  readonly ignored: Set<string>
  /** Signals that a shell has set traps for. */
  readonly caught = new Set<string>()
  /** Caught signals that came and whose traps have not run yet. */
  readonly pending: string[] = []
  /** Whether the wait under way ends when a caught signal comes, as that of `wait` and `read` does. */
  interruptible = false
  #status: ExitStatus | null = null
  #ended: Error | null = null
  #stopped = false
  #interrupt: ((error: Error | null) => void) | null = null
  #goOn: (() => void) | null = null
  #onYield: (() => void) | null = null
  #slice = STEPS_PER_TURN
  readonly #onExit: (() => void)[] = []

  constructor(init: ProcessInit) {
    this.machine = init.machine
    this.pid = init.pid
    this.parent = init.parent
    this.argv = init.argv
    this.environment = init.environment
    this.cwd = init.cwd
    this.umask = init.umask
    this.files = init.files
    this.ignored = new Set(init.ignored)
    this.startedAtMs = init.machine.timeline.nowMs
    this.group = init.parent?.group ?? init.pid
    init.parent?.children.add(this)
  }

  get tree(): FileTree {
    return this.machine.tree
  }

  get who(): Credentials {
    return { uid: AGENT_UID, gid: AGENT_UID, umask: this.umask }
  }

  /** Null while it lives. */
  get status(): ExitStatus | null {
    return this.#status
  }

  get isStopped(): boolean {
    return this.#stopped
  }

  workingDirectory(): string {
    return this.tree.pathOf(this.cwd) ?? '/(unreachable)'
  }

  /** Absolute form of a path that the process names. */
  resolve(path: string): string {
    if (path === '') throw new SystemError('ENOENT', path)
    const absolute = path.startsWith('/') ? path : `${this.workingDirectory()}/${path}`
    return absolute.startsWith('/proc/') ? this.ownProc(absolute) : absolute
  }

  /** A path below `/proc/self`, under the name that it has for others. */
  ownProc(path: string): string {
    return path.replace(/^\/proc\/(?:thread-)?self(?=\/|$)/, `/proc/${this.pid}`)
  }

  view(): FileView {
    return new FileView(this)
  }

  file(descriptor: number): OpenFile {
    const file = this.files.get(descriptor)
    if (file === undefined) throw new SystemError('EBADF', String(descriptor))
    return file
  }

  descriptor(path: string): Promise<string> | null {
    const number = descriptorOf(path)
    if (number === null) return null
    return readAll(this.file(number), this)
  }

  /** Throws when a signal or the machine's death has ended this process, or when its command is over. */
  check(): void {
    if (this.#ended !== null) throw this.#ended
    if (this.machine.death !== null) throw new ProcessEnded({ signal: 'KILL' })
  }

  /** Ends the process when it holds more bytes than it may, as a machine out of memory does. */
  holds(bytes: number): void {
    const { limits } = this.machine.options
    if (bytes <= Math.min(HELD_BYTES, limits.memoryBytes)) return
    this.machine.limitsReached.add('memory')
    this.signal('KILL')
    this.check()
  }

  /**
   * Waits until `arm`'s callback is called. Time may run on meanwhile. Rejects when the process is ended.
   */
  async wait(arm: (wake: () => void) => void): Promise<void> {
    await this.#block(arm)
    while (this.#stopped) {
      await this.#block((wake) => {
        this.#goOn = wake
      })
      this.#goOn = null
    }
  }

  #block(arm: (wake: () => void) => void): Promise<void> {
    const { timeline } = this.machine
    return new Promise((resolve, reject) => {
      let waits = false
      let over = false
      const finish = (error: Error | null): void => {
        if (over) return
        over = true
        this.#interrupt = null
        if (waits) timeline.begin()
        if (error === null) resolve()
        else reject(error)
      }
      this.check()
      this.#interrupt = finish
      arm(() => finish(null))
      if (over) return
      waits = true
      this.#yield()
      timeline.end()
    })
  }

  /** Uses up some of the world's time. Returns a promise only when the process has to wait here. */
  spend(ms: number): Promise<void> | undefined {
    this.check()
    const { timeline } = this.machine
    timeline.spend(ms)
    this.check()
    if (this.#stopped) return this.wait((wake) => wake()).then(() => this.spend(0))
    if (timeline.isUp) return this.#pause()
    if (--this.#slice === 0) this.#yield()
    return this.machine.breathe()
  }

  /** Resolves when the process waits for the first time, has had its turn, or is over. */
  firstTurn(): Promise<void> {
    return new Promise((resolve) => {
      this.#onYield = resolve
    })
  }

  #yield(): void {
    const act = this.#onYield
    this.#onYield = null
    act?.()
  }

  /** Delivers a signal. */
  signal(name: string): void {
    if (this.#status !== null || name === '0') return
    if (name === 'KILL') {
      this.end(new ProcessEnded({ signal: name }))
    } else if (name === 'CONT') {
      this.#stopped = false
      this.#goOn?.()
    } else if (name === 'STOP') {
      this.#stopped = true
    } else if (this.caught.has(name)) {
      // Signals do not queue: one that is waiting stands for all.
      if (!this.pending.includes(name)) this.pending.push(name)
      if (this.interruptible) this.#interrupt?.(null)
    } else if (STOPPING.has(name)) {
      this.#stopped = !this.ignored.has(name)
    } else if (!this.ignored.has(name) && !IGNORED_BY_DEFAULT.has(name)) {
      this.end(new ProcessEnded({ signal: name }))
    }
  }

  /** Makes the process unwind with `error`, at once where it waits and at its next step where it runs. */
  end(error: Error): void {
    if (this.#status !== null) return
    this.#ended = error
    this.#interrupt?.(error)
  }

  /** Takes back `end`: a shell whose command was ended goes on living. */
  survive(): void {
    this.#ended = null
  }

  onExit(act: () => void): void {
    if (this.#status === null) this.#onExit.push(act)
    else act()
  }

  /** Waits for a child and takes its status. */
  async waitFor(child: Process): Promise<number> {
    if (child.status === null) await this.wait((wake) => child.onExit(wake))
    this.children.delete(child)
    return statusNumber(child.status ?? { code: 0 })
  }

  /** The process is over: descriptors close, children go to init, whoever waits is told. */
  exit(status: ExitStatus): void {
    if (this.#status !== null) return
    this.#status = status
    this.#yield()
    for (const file of this.files.values()) file.release()
    this.files.clear()
    const { init } = this.machine
    for (const child of this.children) {
      child.parent = init
      if (child.status === null) init.children.add(child)
    }
    this.children.clear()
    if (this.parent === init) init.children.delete(this)
    this.machine.forget(this)
    for (const act of this.#onExit.splice(0)) act()
  }

  async #pause(): Promise<void> {
    do {
      await this.wait((wake) => {
        if (this.machine.timeline.isUp) this.machine.timeline.whenDemanded(wake)
        else wake()
      })
    } while (this.machine.timeline.isUp)
  }
}

/** A status as shells show it in `$?`. */
export function statusNumber(status: ExitStatus): number {
  return 'code' in status ? status.code : signalStatus(status.signal)
}

/** The descriptor that a path of `/dev` names, or null. */
export function descriptorOf(path: string): number | null {
  if (path === '/dev/stdin') return 0
  if (path === '/dev/stdout') return 1
  if (path === '/dev/stderr') return 2
  const match = /^\/(?:dev|proc\/self)\/fd\/(\d+)$/.exec(path)
  return match === null ? null : Number(match[1])
}
