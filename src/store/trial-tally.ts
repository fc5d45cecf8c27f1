import type { DatabaseSync } from 'node:sqlite'
import type { Usage } from '../records/event.ts'
import type { OutcomeId } from './outcome-part.ts'
import { rowOf, rowsOf } from './rows.ts'

/** `unpriced`: how many trials used something and have no price. */
export type UsageSums = Usage & { readonly unpriced: number }

/** Trials of a stored cell, answered by the same, that came to the same. Times are milliseconds since 1970. */
export interface Tally extends UsageSums {
  readonly cell: number
  /** A key of the lists of who has answered. Null: nobody is recorded. */
  readonly models: number | null
  /** Nobody has answered, and nothing was used: nobody is known not to have. */
  readonly unanswered: 0 | 1
  readonly outcome: OutcomeId
  readonly trials: number
  readonly fromMs: number
  readonly toMs: number
}

/**
 * Counts the trials of an open run and sums what they used. Several questions are answered from it, and to read every trial
 * takes a while: as long as nothing was stored, by this connection or another, it is read once. Not to be asked in a transaction
 * that stores something and may be rolled back.
 */
export function trialTally(database: DatabaseSync): () => readonly Tally[] {
  const others = database.prepare('PRAGMA data_version')
  const own = database.prepare('SELECT total_changes() AS changes')
  const tallies = database.prepare(`
    SELECT cell, models, models IS NULL AND input_tokens + output_tokens = 0 AS unanswered, outcome,
      count(*) AS trials, min(started_ms) AS fromMs, max(started_ms) AS toMs,
      coalesce(sum(input_tokens), 0) AS inputTokens,
      coalesce(sum(cached_input_tokens), 0) AS cachedInputTokens,
      coalesce(sum(cache_write_tokens), 0) AS cacheWriteTokens,
      coalesce(sum(output_tokens), 0) AS outputTokens,
      coalesce(sum(reasoning_tokens), 0) AS reasoningTokens,
      sum(cost_usd) AS costUsd,
      coalesce(sum(unconfirmed_usd), 0) AS unconfirmedUsd,
      count(*) FILTER (WHERE cost_usd IS NULL AND input_tokens + output_tokens > 0) AS unpriced
    FROM trials GROUP BY 1, 2, 3, 4`)
  let read: { readonly state: string; readonly tallies: readonly Tally[] } | null = null

  return () => {
    // Read before the trials: whatever is stored in between makes the next question read them again.
    const state = JSON.stringify([rowOf(others), rowOf(own)])
    if (read?.state !== state) read = { state, tallies: rowsOf<Tally>(tallies) }
    return read.tallies
  }
}
