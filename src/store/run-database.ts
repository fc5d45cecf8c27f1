import { existsSync, realpathSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { RunHeader, RunStatus } from '../records/run.ts'
import type { Clock } from '../support/clock.ts'
import { UsageError } from '../support/errors.ts'
import { firstIssue } from './first-issue.ts'
import { rowOf } from './rows.ts'
import { damaged, isHalfWritten, notARun, reading, sqliteCode } from './store-error.ts'
import { APPLICATION_ID, FORMAT_VERSION, viewAsNewest } from './upgrade.ts'
import { liveWriter } from './writer-claim.ts'

/**
 * How long a statement waits for another process's lock, and all of this process with it. Readers never wait on the
 * writer, nor it on them; what is waited for is one that folds a log, which takes well under a second.
 */
const LOCK_TIMEOUT_MS = 2_000

/**
 * Opens a run file for reading, having made sure that it is one and that this version reads it.
 *
 * A run file is never opened through `node:fs`: closing any descriptor of it would drop the locks that SQLite holds on
 * it for this whole process (sqlite.org/howtocorrupt.html, 2.2), those of a live writer among them.
 */
export function openToRead(file: string): DatabaseSync {
  requireFile(file)
  return reading(file, () => asItStood(file, () => openChecked(file)))
}

/** Asks a file. Where somebody was killed while writing it without a log, what stood there before is put back first. */
export function asItStood<T>(file: string, ask: () => T): T {
  try {
    return ask()
  } catch (error) {
    if (!isHalfWritten(error)) throw error
    playBack(file)
    return ask()
  }
}

function openChecked(file: string): DatabaseSync {
  const database = connect(file, 'read')
  try {
    viewAsNewest(database, requireFormat(file, database))
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** What stood there before lies beside the file. Whoever may write puts it back by looking. */
function playBack(file: string): void {
  const database = connect(file, 'write')
  try {
    database.prepare('PRAGMA application_id').get()
  } finally {
    database.close()
  }
}

/** Opens a run file for writing. The caller has looked at it with {@link openToRead}. */
export function openToWrite(file: string): DatabaseSync {
  const database = connect(file, 'write')
  try {
    // A commit survives the death of the process; after a power cut the last ones may be gone, the file is whole.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** A connection as every one of ours is: nothing in the file's schema may run code. Only `create` makes a file that is not there. */
export function connect(file: string, to: 'read' | 'write' | 'create'): DatabaseSync {
  const place = pathToFileURL(file)
  if (to === 'write') place.searchParams.set('mode', 'rw')
  const database = new DatabaseSync(place, {
    readOnly: to === 'read',
    timeout: LOCK_TIMEOUT_MS,
    defensive: true,
  })
  database.exec('PRAGMA trusted_schema = OFF')
  return database
}

/** All or nothing. */
export function transaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    database.exec('COMMIT')
    return result
  } catch (error) {
    // A full disk has rolled it back already.
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

/** Answers several questions as of one moment, whatever a live writer stores meanwhile. */
export function snapshot<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN')
  try {
    return work()
  } finally {
    if (database.isTransaction) database.exec('COMMIT')
  }
}

/** What `run` holds. `json` is the header as it stands in the file, which the chain begins with. */
export function readHead(
  file: string,
  database: DatabaseSync,
): { header: RunHeader; json: unknown; status: RunStatus } {
  const row = reading(file, () =>
    rowOf<{ header: string; status: string }>(database.prepare('SELECT header, status FROM run')),
  )
  if (row === undefined) throw damaged(file, 'it has no header')
  const json = parseJson(file, row.header)
  const header = RunHeader.safeParse(json)
  if (!header.success) throw damaged(file, `its header is not valid (${firstIssue(header.error)})`)
  const status = RunStatus.safeParse(row.status)
  if (!status.success) throw damaged(file, `its status is ${JSON.stringify(row.status)}`)
  return { header: header.data, json, status: status.data }
}

/**
 * Makes a run whose writer is gone a single file again, where that is possible now. Left as it is while a writer lives,
 * another reader is connected, or the place cannot be written: the file is whole with its log beside it.
 */
export function foldAbandonedLog(file: string, clock: Clock): void {
  // It may have been deleted since it was opened.
  if (!existsSync(file) || !existsSync(`${realpathSync(file)}-wal`)) return
  try {
    const database = connect(file, 'write')
    try {
      if (liveWriter(database, clock) === null) foldLog(database)
    } finally {
      database.close()
    }
  } catch (error) {
    // Whatever keeps us from writing, the reader that this was for reads the same file and says what matters.
    if (sqliteCode(error) === null) throw error
  }
}

/** Back to one file if nobody else is connected; otherwise all that is in the log is at least copied into the file. */
export function foldLog(database: DatabaseSync): void {
  database.exec('PRAGMA busy_timeout = 0')
  try {
    database.exec('PRAGMA journal_mode = DELETE')
  } catch (error) {
    if (sqliteCode(error) === null) throw error
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  }
}

function requireFile(file: string): void {
  const name = JSON.stringify(file)
  let stat: ReturnType<typeof statSync>
  try {
    stat = statSync(file)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const reason = code === 'EACCES' ? 'no permission to look there' : 'no such file'
    throw new UsageError(`Cannot read run file ${name}: ${reason}`, { cause: error })
  }
  if (stat.isDirectory()) {
    throw new UsageError(`Cannot read run file ${name}: it is a folder`)
  }
  if (!stat.isFile()) throw new UsageError(`Cannot read run file ${name}: it is not a file`)
  if (stat.size === 0) throw damaged(file, 'it is empty')
}

/** The format of a run's file. @throws UsageError if it is no run, cut off, or from a newer version. */
export function requireFormat(file: string, database: DatabaseSync): number {
  const id = rowOf<{ application_id: number }>(database.prepare('PRAGMA application_id'))
  if (id?.application_id !== APPLICATION_ID) throw notARun(file)
  const format = readFormat(database)
  if (format > FORMAT_VERSION) {
    throw new UsageError(
      `Run file ${JSON.stringify(file)} was written by a newer Offswitch (format ${format}; this one reads up to ${FORMAT_VERSION})`,
      { hint: 'Update Offswitch to read it.', pageHint: 'Update Offswitch to read it.' },
    )
  }
  if (format < 1) throw damaged(file, `its format is ${format}`)
  requireLength(file, database)
  return format
}

// SQLite sees that pages are missing; of a last page that is there in part it takes the rest to be zeros. While there is
// a log the file may rightly be shorter: the missing pages stand in the log.
function requireLength(file: string, database: DatabaseSync): void {
  const [mode, size, count] = ['journal_mode', 'page_size', 'page_count'].map(
    (name) => rowOf<Record<string, unknown>>(database.prepare(`PRAGMA ${name}`))?.[name],
  )
  const missing = Number(size) * Number(count) - statSync(file).size
  if (mode !== 'wal' && missing > 0) throw damaged(file, `${missing} bytes of its end are missing`)
}

export function readFormat(database: DatabaseSync): number {
  return rowOf<{ user_version: number }>(database.prepare('PRAGMA user_version'))?.user_version ?? 0
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw damaged(file, `its header is not JSON (${(error as Error).message})`, error)
  }
}
