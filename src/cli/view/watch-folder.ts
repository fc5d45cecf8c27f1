import type { RunStatus } from '../../records/run.ts'
import type { ViewChange } from '../../records/view.ts'
import { HarnessError, UsageError } from '../../support/errors.ts'
import { createPendingChanges, type PendingChanges } from './pending-changes.ts'
import { fileStamp, runFile, runNames } from './run-files.ts'
import { type ShownFolder, withShownRun } from './shown-run.ts'

/** A page that is looked at once a second seems to move by itself. Some file systems tell nobody that a file has changed. */
const LOOK_EVERY_MS = 1_000

/** What was last seen of a run. Status null: it cannot be read. */
interface Seen {
  readonly stamp: string | null
  readonly status: RunStatus | null
  readonly revision: string
}

/**
 * Tells listeners what changes in a folder. However many listen, it is looked at once a second, and not at all while nobody does.
 * Whoever comes is told of `all` once nothing can be missed any more: what they read before that is to be read again.
 */
export function createFolderWatch(
  shown: ShownFolder,
): (signal: AbortSignal) => AsyncIterable<ViewChange> {
  const listeners = new Set<PendingChanges>()
  let watching: Promise<void> = Promise.resolve()
  let unheard = new AbortController()
  let hasLooked = false

  return async function* changes(signal) {
    const pending = createPendingChanges()
    listeners.add(pending)
    if (hasLooked) pending.add({ type: 'all' })
    if (listeners.size === 1) {
      unheard = new AbortController()
      // Those who listened before have left: that watch has its end first.
      watching = watching.then(() => watch(unheard.signal))
    }
    try {
      yield* pending.taken(signal)
    } finally {
      listeners.delete(pending)
      if (listeners.size === 0) {
        hasLooked = false
        unheard.abort()
      }
    }
  }

  async function watch(signal: AbortSignal): Promise<void> {
    try {
      let seen = await look(shown, new Map())
      if (signal.aborted) return
      hasLooked = true
      for (const listener of listeners) listener.add({ type: 'all' })
      while (await slept(shown, signal)) {
        const before = seen
        seen = await look(shown, before)
        const changes = changesBetween(before, seen)
        for (const listener of listeners) for (const change of changes) listener.add(change)
      }
    } catch (error) {
      for (const listener of listeners) listener.fail(error)
    }
  }
}

async function slept({ clock }: ShownFolder, signal: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(LOOK_EVERY_MS, signal)
    return !signal.aborted
  } catch {
    return false // Only the signal ends a sleep early.
  }
}

async function look(
  shown: ShownFolder,
  before: ReadonlyMap<string, Seen>,
): Promise<ReadonlyMap<string, Seen>> {
  const now = new Map<string, Seen>()
  for (const name of namesIn(shown.folder)) {
    const file = runFile(shown.folder, name)
    const stamp = file === null ? null : fileStamp(file)
    const known = before.get(name)
    // The process that writes a run may be gone without a trace in its file.
    const isSame = known?.stamp === stamp && known.status !== null && known.status !== 'running'
    const seen = isSame ? known : await lookAt(shown, name, stamp)
    if (seen !== null) now.set(name, seen)
  }
  return now
}

/** None where the folder is gone: it may come back. */
function namesIn(folder: string): string[] {
  try {
    return runNames(folder)
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof HarnessError)) throw error
    return []
  }
}

async function lookAt(
  shown: ShownFolder,
  name: string,
  stamp: string | null,
): Promise<Seen | null> {
  try {
    return await withShownRun(shown, name, async (reader) => ({
      stamp,
      status: await reader.status(),
      revision: await reader.revision(),
    }))
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof HarnessError)) throw error
    return { stamp, status: null, revision: error.message }
  }
}

function changesBetween(
  before: ReadonlyMap<string, Seen>,
  now: ReadonlyMap<string, Seen>,
): ViewChange[] {
  const moved = [...now].filter(([name, { revision }]) => before.get(name)?.revision !== revision)
  const isOther =
    [...before.keys()].some((name) => !now.has(name)) ||
    moved.some(([name, { status }]) => before.get(name)?.status !== status)
  return [
    ...(isOther ? [{ type: 'runs' } as const] : []),
    ...moved.map(([name, { revision }]) => ({ type: 'run', name, revision }) as const),
  ]
}
