import type { DatabaseSync } from 'node:sqlite'
import type { RunHeader } from '../records/run.ts'
import type { TrialIndex } from '../records/view.ts'
import { type OutcomeId, readOutcomes } from './outcome-part.ts'
import { rowOf, tuplesOf } from './rows.ts'
import { damaged, reading } from './store-error.ts'
import { readStoredCells } from './stored-cells.ts'
import { studyCells } from './study-cells.ts'

type IndexTuple = readonly [
  number: number,
  cell: number,
  index: number,
  outcome: OutcomeId,
  durationMs: number,
  tokens: number,
  costUsd: number | null,
]

/**
 * Trials in columns, of an open run. What trials refer to, cells and outcomes, is whole whatever they come after, and what is added
 * to it later stands behind it. Times are to a tenth of a millisecond and costs to a billionth of a dollar: longer numbers would be half
 * of what is sent. To be called in a transaction.
 */
export function storedIndex(
  database: DatabaseSync,
  { file, header }: { readonly file: string; readonly header: RunHeader },
): (after: number) => TrialIndex {
  // The positions of the chain are 1, 2, 3 …: a run has no gap unless it is damaged.
  const trials = database.prepare(`
    SELECT trials.number, cell, cell_index, outcome, duration_ms, input_tokens + output_tokens, cost_usd
    FROM chain JOIN trials USING (number) WHERE position > ? ORDER BY position`)
  const length = database.prepare('SELECT coalesce(max(position), 0) AS position FROM chain')

  return (after) => {
    const stored = reading(file, () => rowOf<{ position: number }>(length))?.position ?? 0
    const from = Math.min(Math.max(0, after), stored)
    const { cells, placeOf } = studyCells(header, readStoredCells(database, file))
    const outcomes = [...reading(file, () => readOutcomes(database, file))]
    const outcomePlaces = new Map(outcomes.map(([id], place) => [id, place]))
    const columns: TrialIndex['columns'] = {
      number: [],
      cell: [],
      index: [],
      outcome: [],
      durationMs: [],
      tokens: [],
      costUsd: [],
    }
    for (const [number, cellId, index, outcomeId, durationMs, tokens, costUsd] of reading(
      file,
      () => tuplesOf<IndexTuple>(trials, from),
    )) {
      const cell = placeOf.get(cellId)
      const outcome = outcomePlaces.get(outcomeId)
      if (cell === undefined || outcome === undefined) {
        throw damaged(file, `what trial ${number} came to is missing`)
      }
      if (
        !Number.isFinite(durationMs) ||
        !Number.isFinite(costUsd ?? 0) ||
        !Number.isSafeInteger(tokens)
      ) {
        throw damaged(file, 'it holds a number that is too large')
      }
      columns.number.push(number)
      columns.cell.push(cell)
      columns.index.push(index)
      columns.outcome.push(outcome)
      columns.durationMs.push(Math.round(durationMs * 10) / 10)
      columns.tokens.push(tokens)
      columns.costUsd.push(costUsd === null ? null : Math.round(costUsd * 1e9) / 1e9)
    }
    return {
      after: from,
      cells: [...cells],
      outcomes: outcomes.map(([, outcome]) => outcome),
      columns,
    }
  }
}
