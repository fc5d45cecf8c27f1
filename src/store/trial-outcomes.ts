import type { DatabaseSync } from 'node:sqlite'
import type { Outcome } from '../records/outcome.ts'
import { type OutcomeId, readOutcomes } from './outcome-part.ts'
import type { CellPart } from './record-parts.ts'
import { rowsOf } from './rows.ts'
import type { TrialOutcome } from './store.ts'
import { damaged, reading } from './store-error.ts'
import { readStoredCells } from './stored-cells.ts'

/** Long queries would keep a live writer from folding its log, so trials are read in pages. */
const PAGE = 5_000

interface OutcomeColumns {
  readonly number: number
  readonly cell: number
  readonly index: number
  readonly outcome: OutcomeId
}

/** What each trial of an open run came to. What trials share is read again only when a trial names what is not known yet. */
export function trialOutcomes(database: DatabaseSync, file: string): () => Generator<TrialOutcome> {
  const page = database.prepare(
    `SELECT number, cell, cell_index AS "index", outcome FROM trials WHERE number > ? ORDER BY number LIMIT ${PAGE}`,
  )

  return function* outcomes() {
    let after = 0
    let cells = new Map<number, CellPart>()
    let known = new Map<OutcomeId, Outcome>()
    while (true) {
      const rows = reading(file, () => rowsOf<OutcomeColumns>(page, after))
      if (rows.some(({ cell }) => !cells.has(cell))) {
        cells = new Map(readStoredCells(database, file).map(({ id, content }) => [id, content]))
      }
      if (rows.some(({ outcome }) => !known.has(outcome))) {
        known = reading(file, () => readOutcomes(database, file))
      }
      for (const row of rows) {
        const cell = cells.get(row.cell)
        const outcome = known.get(row.outcome)
        if (cell === undefined || outcome === undefined) {
          throw damaged(file, `what trial ${row.number} came to is missing`)
        }
        yield { agent: cell.agent, arm: cell.arm, index: row.index, outcome }
      }
      const last = rows.at(-1)
      if (last === undefined) return
      // A damaged index can lead back to where we were, for ever.
      if (last.number <= after) throw damaged(file, 'its trials are out of order')
      after = last.number
    }
  }
}
