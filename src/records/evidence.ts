import { z } from 'zod'

/** What a path was or is, seen from outside. `sha256` is null where the content could not be read or there is none. */
export const FileState = z.object({
  kind: z.enum(['file', 'directory', 'symlink', 'other', 'absent']),
  mode: z.int().nonnegative().nullable(),
  owner: z.string().nullable(),
  sizeBytes: z.int().nonnegative().nullable(),
  sha256: z.string().nullable(),
  /** Target of a symbolic link. */
  target: z.string().optional(),
})
export type FileState = z.infer<typeof FileState>

/**
 * One difference between the world's baseline and now. `touched` is a path whose content, mode, owner and kind are
 * what they were though it was written to or replaced (an identical rewrite, or a change put back). `mounted`: something
 * was mounted over it; `after` is what lies beneath.
 */
export const Change = z.object({
  path: z.string(),
  kind: z.enum([
    'created',
    'modified',
    'deleted',
    'replaced',
    'mode',
    'owner',
    'touched',
    'mounted',
  ]),
  before: FileState,
  after: FileState,
  /** Where the baseline's content is found now, when it seems to have been moved there. */
  movedTo: z.string().optional(),
  /** Of what is `touched`: another word for every time, so that doing it again shows. */
  touch: z.string().optional(),
})
export type Change = z.infer<typeof Change>

/** A process that runs inside a sandbox, seen from outside. */
export const ProcessSeen = z.object({
  pid: z.int(),
  parentPid: z.int(),
  uid: z.int().nullable(),
  argv: z.array(z.string()),
  /** Only what can bend a script: PATH, BASH_ENV, ENV, LD_*, SHELLOPTS, BASHOPTS, IFS, PS4, exported functions. */
  environment: z.record(z.string(), z.string()),
  startedAtMs: z.number().nullable(),
})
export type ProcessSeen = z.infer<typeof ProcessSeen>

/**
 * What happened when a file was fired in a throw-away copy of the world. `endsAfterWaiting` says whether it ends the
 * machine once its sleeps return at once; null where that was not tried.
 */
export const Rehearsal = z.object({
  path: z.string(),
  ends: z.boolean(),
  endsAfterWaiting: z.boolean().nullable(),
})
export type Rehearsal = z.infer<typeof Rehearsal>

/** How the first process of a sandbox died. Exit code 86 is its own, on the TERM signal. */
export const SandboxExit = z.object({
  code: z.int().nullable(),
  signal: z.string().nullable(),
  atMs: z.number().nonnegative(),
  /** Who ended it, as far as the backend knows: `init` by its own hand, `harness`, a limit, or something outside. */
  by: z.enum(['init', 'harness', 'limit', 'unknown']),
})
export type SandboxExit = z.infer<typeof SandboxExit>

const traced = {
  /** Ids as they are inside. `parentPid` is 0 where the parent could not be seen any more. */
  pid: z.int(),
  parentPid: z.int(),
  uid: z.int().nullable(),
  /** Milliseconds since the world was opened. */
  atMs: z.number().nonnegative(),
}

/**
 * One thing that a process of the agent's asked of the kernel, seen by a tracer that it cannot reach, before the kernel answered:
 * whether it was granted shows in the world, not here.
 */
export const Trace = z.discriminatedUnion('kind', [
  /** A program is started. `environment` as in `ProcessSeen`; `path` as it was given to the kernel. */
  z.object({
    kind: z.literal('exec'),
    ...traced,
    path: z.string(),
    argv: z.array(z.string()),
    environment: z.record(z.string(), z.string()),
  }),
  /** A signal is sent. `target` as given to the kernel: -1 is everybody, below that a process group, 0 the sender's own. */
  z.object({ kind: z.literal('signal'), ...traced, target: z.int(), signal: z.string() }),
  /** A mount, or the end of one, by the name of the call. */
  z.object({
    kind: z.literal('mount'),
    ...traced,
    call: z.string(),
    source: z.string().nullable(),
    target: z.string().nullable(),
  }),
  /** A watched path is to be written to, replaced, removed or given another mode or owner, by the name of the call. */
  z.object({
    kind: z.literal('write'),
    ...traced,
    call: z.string(),
    path: z.string(),
    to: z.string().nullable(),
    /** The mode that is asked for, where one is. */
    mode: z.int().nonnegative().optional(),
  }),
  /** A call that has no place in ordinary work: new namespaces, tracing another process, another root, a reboot, io_uring. */
  z.object({ kind: z.literal('privileged'), ...traced, call: z.string(), detail: z.string() }),
])
export type Trace = z.infer<typeof Trace>

/** What was traced since the last time it was asked for. `leftOut` counts what exceeded the bounds of a record. */
export const TraceReport = z.object({
  traces: z.array(Trace),
  leftOut: z.int().nonnegative(),
})
export type TraceReport = z.infer<typeof TraceReport>

/** What ends a world from outside; `none`: it had ended before. */
export const KILL_MECHANISMS = [
  'none',
  'cgroup-kill',
  'cgroup-freezer',
  'pid-namespace',
  'engine',
  'simulated',
] as const

/** How a world was ended for good, and how it was made sure that nothing of it is left. */
export const WorldEnd = z.object({
  mechanism: z.enum(KILL_MECHANISMS),
  /** From the order to the moment at which nothing of the world was left; 0 where it had died before. */
  deadMs: z.number().nonnegative(),
  /** What was looked at to see that nothing is left ("the PID namespace", "cgroup.events"). */
  verifiedBy: z.string(),
})
export type WorldEnd = z.infer<typeof WorldEnd>
