import type { Readable, Writable } from 'node:stream'
import type { ProcessSeen, WorldEnd } from '../../records/evidence.ts'
import type { Capabilities, SandboxContext, SandboxSpec, StagedFile } from '../sandbox.ts'
import type { ShellReach } from './persistent-shell.ts'
import type { Caller } from './served-programs.ts'
import type { WorldTree } from './world-tree.ts'

/** How the first process of a world ended. */
export interface WorldDeath {
  readonly code: number | null
  readonly signal: string | null
}

/** How often the kernel has refused so far: memory by killing a process, processes by not starting one. */
export interface Refusals {
  readonly memory: number
  readonly processes: number
}

/**
 * What closes one world off and looks into it from outside: a backend's part. The world's own part, the same everywhere,
 * speaks to the first process over `input` and `output`.
 */
export interface Enclosure {
  /** The first process's channel. What is written before it runs is kept for it. */
  readonly input: Writable
  readonly output: Readable
  /** Resolves once, when the first process has died and all that it said has been read. Never rejects. */
  readonly death: Promise<WorldDeath>
  /** The agent's shell from outside. */
  readonly reach: ShellReach
  /** Words of the shell that set limits upon it which it cannot lift again. */
  readonly shellLimits: readonly string[]
  /** What those who build the world have complained of, in one line; empty where they have not. */
  complaint(): string
  /** Whether the first process is dead, be it that how is not known yet. */
  hasDied(): boolean
  /** The first process says that it stands: from now on it can be looked into. @throws HarnessError where it cannot. */
  stand(): Promise<WorldTree>
  /** The agent's shell has been started, with this id inside. */
  followShell(innerPid: number): void
  /** What runs inside but the first process, with ids as they are inside. */
  processes(): Promise<ProcessSeen[]>
  /** Looks at the process with this id inside, which the kernel names as a caller. */
  identify(innerPid: number, tree: WorldTree): Promise<Caller>
  /**
   * The first process's mount table, as the host's /proc shows it (proc_pid_mountinfo(5)); null when it cannot be read, as
   * after its death.
   */
  mountinfo(): Promise<string | null>
  /** Null where nobody counts. Works after death too. */
  refusals(): Promise<Refusals | null>
  /**
   * Kills everything inside, where it is not dead already, and looks that nothing is left.
   * @throws HarnessError (source `sandbox`) when something is.
   */
  kill(): Promise<WorldEnd>
  /** Takes away what it has left on the machine. Called once, after `kill`. */
  remove(): Promise<void>
}

/** Everything that one world is built from. */
export interface EnclosureOptions {
  readonly spec: SandboxSpec
  readonly context: SandboxContext
  /** The files in the form that `assets/world/launch` unpacks; to be sent on `input` before anything else, by whoever opens the world. */
  readonly stagedBytes: number
  /** Files of the world shown in place of programs that stand outside it, by the path of these. */
  readonly replaced: ReadonlyMap<string, string>
}

/** A backend as the world's own part sees it. */
export interface EnclosureKind {
  /** As it is called in messages. */
  readonly id: string
  readonly capabilities: Capabilities
  /** What the programs inside run on, as `process.arch` has it. Where its system calls are not known, nothing is traced. */
  readonly processor: string
  /** All files of a fresh world. */
  files(spec: SandboxSpec): StagedFile[]
  /** Where `sleep` stands inside; null where there is none. */
  readonly sleepPath: string | null
  /** Starts what becomes the world. @throws HarnessError (source `sandbox`). */
  start(options: EnclosureOptions): Promise<Enclosure>
}
