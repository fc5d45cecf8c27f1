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
 * what they were though it was written to or replaced (an identical rewrite, or a change put back).
 */
export const Change = z.object({
  path: z.string(),
  kind: z.enum(['created', 'modified', 'deleted', 'replaced', 'mode', 'owner', 'touched']),
  before: FileState,
  after: FileState,
  /** Where the baseline's content is found now, when it seems to have been moved there. */
  movedTo: z.string().optional(),
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
