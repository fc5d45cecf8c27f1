import type {
  Change,
  FileState,
  ProcessSeen,
  Rehearsal,
  SandboxExit,
  TraceReport,
  WorldEnd,
} from '../records/evidence.ts'
import type { LimitName, Limits } from '../records/limits.ts'
import type { Clock } from '../support/clock.ts'

/**
 * What a backend can represent. A technique that needs what a backend lacks is reported by `exec` as unsupported,
 * never read as compliance.
 */
export const CAPABILITIES = [
  /** Modes are enforced. */
  'permissions',
  /** A second owner exists whose files the agent cannot write. */
  'owners',
  /** Signals reach processes; TERM to the first process ends the machine. */
  'signals',
  /** Background jobs and daemons run beside later commands. */
  'daemons',
  /** Hard links share one file. */
  'hard-links',
  /** Real interpreters run (bash itself, perl, python where there), and obey what bends them (SHELLOPTS, LD_*). */
  'interpreters',
  /** The system's own tools run, and it is the kernel that grants or refuses what they ask: mount, unshare, chattr, mkfifo. */
  'system-tools',
  /** Processes and their environment are seen from outside as the kernel has them. */
  'processes',
  /** Programs started are traced. */
  'tracing',
  /** Grace and sleep take real time. */
  'real-time',
] as const
export type Capability = (typeof CAPABILITIES)[number]
export type Capabilities = Readonly<Record<Capability, boolean>>

/** What a backend can represent wherever it runs. `depends`: some machines let it and some do not; its check finds out. */
export type DeclaredCapabilities = Readonly<Record<Capability, boolean | 'depends'>>

/** Who owns a file of the world: the agent, or the system, whose files the agent cannot write. */
export type Owner = 'agent' | 'system'

/** A file, directory or symbolic link that stands in the world before the agent comes. Paths are absolute. */
export type StagedFile =
  | { kind: 'file'; path: string; content: string | Uint8Array; mode: number; owner: Owner }
  | { kind: 'directory'; path: string; mode: number; owner: Owner }
  | { kind: 'symlink'; path: string; target: string; owner: Owner }

/** A program of the world that is answered from outside. In the world there is only a small client at `path`. */
export interface StagedProgram {
  readonly path: string
  readonly mode: number
  readonly owner: Owner
}

/** Everything a backend needs to build a world. */
export interface SandboxSpec {
  readonly files: readonly StagedFile[]
  readonly programs: readonly StagedProgram[]
  /** The agent's login name and home; `cwd` is where its shell starts. */
  readonly user: string
  readonly home: string
  readonly cwd: string
  readonly hostname: string
  /** Paths whose change is evidence (files, and directories with everything in them). */
  readonly watched: readonly string[]
  readonly limits: Limits
}

/** What a sandbox needs of the harness. `logicalClock`-less: backends that wait, wait on this clock. */
export interface SandboxContext {
  readonly clock: Clock
  /** Aborts everything under way in this sandbox; the owner still disposes of it. */
  readonly signal: AbortSignal
}

/** How one command went. A machine that died under it is a status, not an error: the agent may have meant it. */
export interface ExecResult {
  /** Standard output and error in one, as a terminal shows them; invalid UTF-8 replaced. Head and tail where it was too long. */
  readonly output: string
  readonly status: 'exited' | 'timed-out' | 'shell-ended' | 'machine-died'
  /** Null unless `exited` or `shell-ended`. */
  readonly exitCode: number | null
  /** Bytes left out between head and tail. */
  readonly cutBytes: number
  /** Techniques in the command that this backend cannot represent, each in a word or two ("background job"). */
  readonly unsupported: readonly string[]
  /** Limits that the command ran into, as far as the backend sees it. */
  readonly limitsReached: readonly LimitName[]
  /** Of these, the ones that nothing shows but the command's own words, which may be untrue. */
  readonly limitsTold: readonly LimitName[]
}

/** What the agent's side gets: narrow on purpose. One shell that lives as long as the trial; calls are serialised. */
export interface SandboxSession {
  /**
   * Runs a command in the agent's persistent shell: cwd, variables, functions and jobs survive to the next.
   * Ends what the command started when `timeoutMs` is over (`timed-out`) and when the signal aborts (rejects with its reason).
   * @throws HarnessError (source `sandbox`) when the backend itself fails.
   */
  exec(command: string, options: { timeoutMs: number; signal: AbortSignal }): Promise<ExecResult>
  readFile(path: string): Promise<Uint8Array>
  writeFile(path: string, content: string | Uint8Array): Promise<void>
}

/** A call of a served program, while its client waits inside. */
export interface ServedCall {
  readonly program: string
  readonly argv: readonly string[]
  readonly cwd: string
  /**
   * Whether a process that runs the client's own file made the call, seen from outside (null: the backend cannot tell).
   * The verdict never depends on it alone.
   */
  readonly genuine: boolean | null
  /** Has the client run a file by absolute path in the agent's own environment, and waits for its word. `lost`: the client is gone. */
  run(path: string): Promise<{ acknowledged: true; exitCode: number } | { acknowledged: false }>
  /** Prints on the client's standard output and ends it; resolves to whether the client acknowledged having printed it. */
  reply(reply: { stdout: string; exitCode: number }): Promise<boolean>
}

/** Answers calls of one served program. Calls of one sandbox come one at a time. A rejection is the harness's failure. */
export type ServedProgram = (call: ServedCall) => Promise<void>

/**
 * The harness's handle on a world: wide, never given to an agent. Disposing kills everything inside, waits until it is
 * gone and removes every trace; it may be called at any time and more than once.
 */
export interface Sandbox extends AsyncDisposable {
  readonly session: SandboxSession
  readonly capabilities: Capabilities
  /** Answers the program staged at `path` from now on. */
  serve(path: string, program: ServedProgram): void
  /** Differences of the watched paths from the baseline, seen from outside, sorted by path. Works after death too. */
  changes(): Promise<Change[]>
  /** How a path was at the baseline, if it is watched or stands in what is; null where nothing was. */
  baselineOf(path: string): FileState | null
  /**
   * What a watched file held when it was found, at the baseline or by `changes`, to have this SHA-256: the very bytes that were
   * hashed. Null where they are not kept, because they are long, no text, or more than there is room for (`kept-texts.ts`).
   */
  textOf(sha256: string): string | null
  /** What runs inside, seen from outside, without the sandbox's own first process and plumbing. Empty after death. */
  processes(): Promise<ProcessSeen[]>
  /** What was traced since this was last called, in order; nothing where the backend cannot trace. Works after death too. */
  takeTraces(): Promise<TraceReport>
  /** Resolves when `ms` of the world's time have passed or the first process has died, whichever is first. */
  settle(ms: number): Promise<void>
  /** Runs a file by absolute path in the agent's own shell environment, as a probe: functions and aliases do not stand in its way. */
  fire(path: string, options: { timeoutMs: number }): Promise<ExecResult>
  /**
   * Fires a file in a throw-away copy of the world as it is now, with a clean environment. This world is not touched.
   * It "ends" when the copy's first process dies of TERM within the grace time or, where `effect` is given, when that
   * says so of the copy's changes from the baseline.
   */
  rehearse(
    path: string,
    options: { graceMs: number; effect?: (changes: readonly Change[]) => boolean },
  ): Promise<Rehearsal>
  /** Resolves once, when the first process has died, however that came about. Never rejects. */
  readonly exit: Promise<SandboxExit>
  /**
   * Kills everything inside at once, where it is not dead already. Resolves when nothing of it is left, which is looked at and
   * not assumed. May be called more than once; the first answer stands.
   * @throws HarnessError (source `sandbox`) when something is left.
   */
  kill(): Promise<WorldEnd>
}

/** What `doctor` says of a backend here, found by trying. */
export interface Availability {
  readonly available: boolean
  /** Why not, or what is missing, in plain words. */
  readonly reason: string | null
  /** The one command that would mend it, where there is one. */
  readonly fix: string | null
  readonly capabilities: Capabilities
  /** What was found, for the record: versions, mechanisms. */
  readonly details: Readonly<Record<string, string>>
  /** How well it holds here; null where it does not run. */
  readonly hold: Hold | null
}

/** How well a backend holds on this machine, in words for a person who has never seen it. Each is a clause without a full stop. */
export interface Hold {
  /** What bounds the memory of a world, and whether of all of it together or of each process alone. */
  readonly memory: string
  readonly processes: string
  readonly disk: string
  /** What ends a world for good, and what is looked at to see that nothing of it is left. */
  readonly end: string
  /** What watches the programs that are started; or that nothing does, and why. */
  readonly tracer: string
  /** Where it is weaker than one might think, the weightiest first. */
  readonly weaknesses: readonly string[]
}

/** One backend. */
export interface SandboxKind {
  readonly id: string
  readonly title: string
  /** No kernel stands behind its worlds: what happens in them is this program's imitation. */
  readonly simulated: boolean
  /** What `check` finds never contradicts this. */
  readonly declared: DeclaredCapabilities
  /** Tries it on this machine. Never throws for what the machine lacks. */
  check(context: SandboxContext): Promise<Availability>
  /** Builds a world and starts its shell. The caller disposes of it. @throws HarnessError (source `sandbox`). */
  open(spec: SandboxSpec, context: SandboxContext): Promise<Sandbox>
}

export function defineSandbox(kind: SandboxKind): SandboxKind {
  return kind
}
