import type { DatabaseSync } from 'node:sqlite'
import type { RunHeader, RunStatus } from '../records/run.ts'
import { hashJson } from '../support/hash.ts'
import { rowOf } from './rows.ts'

/** The last row of each table that only grows, and what else can change. The writer's heartbeats are not among it. */
const QUESTIONS = {
  run: 'SELECT worked_ms, outside_usd FROM run',
  chain: 'SELECT position, hash FROM chain ORDER BY position DESC LIMIT 1',
  looks: 'SELECT number, hash FROM looks ORDER BY number DESC LIMIT 1',
  // One that brought no labels may be replaced by one at its own position.
  judgements: 'SELECT position, content FROM judgements ORDER BY position DESC LIMIT 1',
  notes: 'SELECT max(id), count(withdrawn_at), max(withdrawn_at) FROM reader_notes',
  wish: 'SELECT wish FROM wishes',
} as const

/**
 * Another word whenever anything in a run's file has changed, for every reader of it the same. The chain's last hash stands for all
 * trials. To be called in a transaction.
 */
export function runRevision(
  database: DatabaseSync,
  { header }: { readonly header: RunHeader },
): (status: RunStatus) => string {
  const questions = Object.values(QUESTIONS).map((sql) => database.prepare(sql))
  return (status) => {
    const last = questions.map((question) => ({ ...rowOf<object>(question) }))
    return hashJson([header.id, status, last]).slice(0, 16)
  }
}
