import { type BigIntStats, statSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { UsageError } from '../support/errors.ts'
import { rowOf } from './rows.ts'
import { asItStood, readFormat, requireFormat } from './run-database.ts'
import { viewAsNewest } from './upgrade.ts'

/**
 * For a connection that may be open for hours: makes sure that the file which stands under the name is still the one that was
 * opened, and is asked in its own format where it has been brought to a newer one since.
 *
 * The returned function throws a UsageError for a file that is gone, that another has taken the place of, or that is cut off.
 */
export function presence(database: DatabaseSync, file: string): () => void {
  let seen = statOf(file)
  let format = readFormat(database)
  const opened = headerText(database)

  return () => {
    const found = asItStood(file, () => readFormat(database))
    const now = statOf(file)
    // While it is open no other file gets its number.
    if (now.ino !== seen.ino || now.dev !== seen.dev) throw replaced(file)
    const isTouched = now.size !== seen.size || now.mtimeNs !== seen.mtimeNs
    // Pages that are remembered are known by a counter in the file, and that of another file may stand at the same number.
    if (isTouched) database.exec('PRAGMA shrink_memory')
    if (isTouched || found !== format) {
      const current = requireFormat(file, database)
      if (current !== format) viewAsNewest(database, current)
      format = current
      if (headerText(database) !== opened) throw replaced(file)
    }
    seen = now
  }
}

function statOf(file: string): BigIntStats {
  try {
    return statSync(file, { bigint: true })
  } catch (error) {
    throw new UsageError(
      `Run file ${JSON.stringify(file)} is gone: it was deleted or moved after it had been opened`,
      { cause: error },
    )
  }
}

function headerText(database: DatabaseSync): string | undefined {
  return rowOf<{ header: string }>(database.prepare('SELECT header FROM run'))?.header
}

function replaced(file: string): UsageError {
  return new UsageError(
    `Run file ${JSON.stringify(file)} is another than when it was opened: open it again`,
  )
}
