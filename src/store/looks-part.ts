import type { DatabaseSync } from 'node:sqlite'
import { Look } from '../records/analysis.ts'
import { UsageError } from '../support/errors.ts'
import { chainHash } from './chain-hash.ts'
import { rowsOf } from './rows.ts'
import { damaged, reading } from './store-error.ts'

interface LookColumns {
  readonly number: number
  readonly hash: string
  readonly content: string
}

/** In order. @throws UsageError if one cannot be read. */
export function readLooks(database: DatabaseSync, file: string): Look[] {
  return reading(file, () => lookRows(database)).map(({ number, content }) =>
    parseLook(file, number, content),
  )
}

/** Whether each is as it was hashed when it was stored. `head` is the last hash. Null: there are none. */
export function checkLooks(
  database: DatabaseSync,
  file: string,
  start: string,
): { head: string | null; problems: string[] } {
  const problems: string[] = []
  const rows = lookRows(database)
  let previous = { number: 0, hash: start }
  for (const row of rows) {
    if (row.number !== previous.number + 1) {
      problems.push(`Look ${previous.number + 1} is missing before look ${row.number}`)
    }
    try {
      const look = parseLook(file, row.number, row.content)
      if (chainHash(previous.hash, JSON.parse(row.content)) !== row.hash) {
        problems.push(`Look ${row.number} is not what was stored: its hash differs`)
      }
      if (look.number !== row.number) {
        problems.push(`Look ${row.number} is kept as what it is not`)
      }
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      problems.push(error.message)
    }
    previous = row
  }
  return { head: rows.length === 0 ? null : previous.hash, problems }
}

function lookRows(database: DatabaseSync): LookColumns[] {
  return rowsOf<LookColumns>(
    database.prepare('SELECT number, hash, content FROM looks ORDER BY number'),
  )
}

function parseLook(file: string, number: number, content: string): Look {
  try {
    return Look.parse(JSON.parse(content))
  } catch (error) {
    throw damaged(file, `look ${number} cannot be read`, error)
  }
}
