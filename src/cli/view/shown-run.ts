import { existsSync } from 'node:fs'
import { openRun } from '../../store/sqlite-store.ts'
import type { RunReader } from '../../store/store.ts'
import type { Clock } from '../../support/clock.ts'
import { runFile } from './run-files.ts'

/** Where shown runs stand, and the clock by which a writer lives. */
export interface ShownFolder {
  readonly folder: string
  readonly clock: Clock
}

/**
 * Opens a run of the folder, works on it and closes it again: a file that stays open keeps its writer from making it one file when
 * it ends. Null: there is no such run, or it was deleted meanwhile.
 *
 * @throws UsageError for one that is damaged or from a newer version
 */
export async function withShownRun<T>(
  { folder, clock }: ShownFolder,
  name: string,
  work: (reader: RunReader) => Promise<T>,
): Promise<T | null> {
  const file = runFile(folder, name)
  if (file === null) return null
  try {
    await using reader = await openRun(file, { clock })
    return await work(reader)
  } catch (error) {
    if (existsSync(file)) throw error
    return null
  }
}
