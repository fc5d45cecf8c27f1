import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { RunHeader, RunStatus } from '../records/run.ts'
import { type Clock, systemClock } from '../support/clock.ts'
import { HarnessError, UsageError } from '../support/errors.ts'
import { rescoredFrom } from './rescored-from.ts'
import { rowOf } from './rows.ts'
import { openToRead, readHead } from './run-database.ts'
import { RUN_FILE_ENDING } from './run-file-name.ts'
import { readStatus } from './sqlite-reader.ts'
import { reading } from './store-error.ts'

/** One run of a folder, as its head tells. */
export interface ListedRun {
  readonly file: string
  readonly header: RunHeader
  readonly status: RunStatus
  /** How many trials are stored. */
  readonly trials: number
}

/** A file that is named like a run and cannot be read as one. */
export interface UnreadableRun {
  readonly file: string
  /** One line, which names the file. */
  readonly problem: string
}

/**
 * The runs of a folder, newest first, without reading a trial. A copy that was scored anew is as old as its run and stands behind it.
 * A file that cannot be read is among `problems`.
 *
 * @throws UsageError if the folder is not there or cannot be read.
 */
export async function listRuns(
  folder: string,
  { clock = systemClock() }: { readonly clock?: Clock } = {},
): Promise<{ runs: ListedRun[]; problems: UnreadableRun[] }> {
  const runs: ListedRun[] = []
  const problems: UnreadableRun[] = []
  for (const name of readFolder(folder).sort()) {
    if (!name.endsWith(RUN_FILE_ENDING) || name.startsWith('.')) continue
    const file = join(folder, name)
    try {
      runs.push(readListed(file, clock))
    } catch (error) {
      if (!(error instanceof UsageError || error instanceof HarnessError)) throw error
      problems.push({ file, problem: error.message })
    }
  }
  runs.sort(newestFirst)
  return { runs, problems }
}

function newestFirst({ header: a }: ListedRun, { header: b }: ListedRun): number {
  const copies = Number(rescoredFrom(a) !== null) - Number(rescoredFrom(b) !== null)
  return Date.parse(b.createdAt) - Date.parse(a.createdAt) || copies
}

function readListed(file: string, clock: Clock): ListedRun {
  const database = openToRead(file)
  try {
    const { header } = readHead(file, database)
    const status = readStatus(file, database, clock)
    const trials = reading(file, () =>
      rowOf<{ trials: number }>(database.prepare('SELECT count(*) AS trials FROM trials')),
    )
    return { file, header, status, trials: trials?.trials ?? 0 }
  } finally {
    database.close()
  }
}

function readFolder(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const action = `Cannot list runs in ${JSON.stringify(folder)}`
    const reasons: Record<string, string> = {
      ENOENT: 'there is no such folder',
      ENOTDIR: 'it is not a folder',
      EACCES: 'no permission to read it',
    }
    const reason = reasons[code ?? '']
    if (reason === undefined) {
      throw new HarnessError(`${action}: ${message}`, { source: 'store', cause: error })
    }
    throw new UsageError(`${action}: ${reason}`, { cause: error })
  }
}
