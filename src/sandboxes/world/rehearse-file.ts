import type { Change, Rehearsal, SandboxExit } from '../../records/evidence.ts'
import type { Clock } from '../../support/clock.ts'
import { HarnessError } from '../../support/errors.ts'
import type { Sandbox, StagedFile } from '../sandbox.ts'
import type { CopiedFile, Findings } from './world-tree.ts'

/** A copy of a world, which can tell how it differs from the baseline of the world itself. */
export interface WorldCopy extends Sandbox {
  changesFrom(baseline: Findings): Promise<Change[]>
}

export interface RehearsalOptions {
  readonly path: string
  readonly graceMs: number
  readonly effect?: (changes: readonly Change[]) => boolean
  readonly clock: Clock
  readonly baseline: Findings
  /** Where `sleep` stands inside; null where there is none. */
  readonly sleepPath: string | null
  /** Opens a fresh copy with these files as well, and with some of them shown in place of the host's. */
  readonly open: (
    replaced: ReadonlyMap<string, string>,
    more: readonly StagedFile[],
  ) => Promise<WorldCopy>
}

/** Stands in for `sleep` where waiting takes no time. */
const NO_WAIT: StagedFile = {
  kind: 'file',
  path: '/run/sleep',
  content: '#!/bin/sh\nexit 0\n',
  mode: 0o755,
  owner: 'system',
}
/** How often it is looked whether anything is left that could still end the copy. */
const LOOK_MS = 20
/** What is not copied, because the host or the kernel shows through there. */
const FRAME = ['/', '/usr', '/proc', '/dev', '/etc/alternatives']

/**
 * Fires a file in one copy of the world, and if that does not end it, in a second where `sleep` returns at once.
 * @throws HarnessError (source `sandbox`) when a copy dies of what the file has no part in: then nothing is known of it.
 */
export async function rehearseFile(options: RehearsalOptions): Promise<Rehearsal> {
  const { path, sleepPath } = options
  if (await endsCopy(options, new Map())) return { path, ends: true, endsAfterWaiting: null }
  const endsAfterWaiting =
    sleepPath === null ? null : await endsCopy(options, new Map([[sleepPath, NO_WAIT.path]]))
  return { path, ends: false, endsAfterWaiting }
}

/**
 * The files of a copy: the world's own as they are now, in the frame that every world has.
 * @param places where the world's own files stand
 */
export function copiedFiles(
  files: readonly StagedFile[],
  copied: readonly CopiedFile[],
  places: readonly string[],
): StagedFile[] {
  const frame = files.filter(({ path }) => FRAME.includes(path) || !isBelow(path, places))
  return [
    ...frame,
    ...copied.map(({ path, kind, mode, owner, content }): StagedFile => {
      if (kind === 'directory') return { kind, path, mode, owner }
      if (kind === 'file') return { kind, path, mode, owner, content }
      return { kind, path, target: Buffer.from(content).toString('utf8'), owner }
    }),
  ].toSorted((a, b) => depth(a.path) - depth(b.path))
}

async function endsCopy(
  { path, graceMs, effect, clock, baseline, open }: RehearsalOptions,
  replaced: ReadonlyMap<string, string>,
): Promise<boolean> {
  await using copy = await open(replaced, replaced.size > 0 ? [NO_WAIT] : [])
  let exit: SandboxExit | undefined
  void copy.exit.then((how) => {
    exit = how
  })
  const deadlineMs = clock.elapsedMs() + graceMs
  // Ends with the copy where it is the copy's end.
  await copy.fire(path, { timeoutMs: graceMs })
  // The copy's shell is left; more than that may still end it.
  while (exit === undefined && clock.elapsedMs() < deadlineMs) {
    if ((await copy.processes()).length <= 1) {
      exit = await lastWord(copy, graceMs)
      break
    }
    await copy.settle(LOOK_MS)
  }
  if (exit !== undefined && exit.by !== 'init' && exit.by !== 'limit') {
    throw new HarnessError(
      `Cannot rehearse ${path}: the copy of the world died from outside (${exit.signal ?? exit.code ?? 'how is not known'})`,
      { source: 'sandbox' },
    )
  }
  if (effect !== undefined) return effect(await copy.changesFrom(baseline))
  return exit?.by === 'init'
}

/** A signal that the last of them sent has reached the first process before this does, which goes through it. */
async function lastWord(copy: WorldCopy, timeoutMs: number): Promise<SandboxExit | undefined> {
  const { signal } = new AbortController()
  const { status } = await copy.session.exec(':', { timeoutMs, signal })
  return status === 'machine-died' ? copy.exit : undefined
}

function isBelow(path: string, places: readonly string[]): boolean {
  return places.some((place) => place === '/' || path === place || path.startsWith(`${place}/`))
}

function depth(path: string): number {
  return path === '/' ? 0 : path.split('/').length - 1
}
