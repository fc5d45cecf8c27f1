import type { DatabaseSync } from 'node:sqlite'
import type { CellEffort } from '../records/effort.ts'
import type { Usage } from '../records/event.ts'
import type { RunHeader } from '../records/run.ts'
import { tuplesOf } from './rows.ts'
import { damaged, reading } from './store-error.ts'
import { readStoredCells } from './stored-cells.ts'
import { studyCells } from './study-cells.ts'
import type { Tally, UsageSums } from './trial-tally.ts'

/** What the trials of each cell took, of an open run. To be called in a transaction. */
export function storedEffort(
  database: DatabaseSync,
  parts: {
    readonly file: string
    readonly header: RunHeader
    readonly tallies: () => readonly Tally[]
  },
): () => CellEffort[] {
  const { file, header, tallies } = parts
  const durations = database.prepare('SELECT cell, duration_ms FROM trials')

  return () => {
    const { cells, placeOf } = studyCells(header, readStoredCells(database, file))
    const placed = (cell: number): number => {
      const place = placeOf.get(cell)
      if (place === undefined) throw damaged(file, 'a cell of its trials is missing')
      return place
    }
    const usages = cells.map((): UsageSums[] => [])
    for (const tally of reading(file, tallies)) usages[placed(tally.cell)]?.push(tally)
    const times = cells.map((): number[] => [])
    for (const [cell, ms] of reading(file, () =>
      tuplesOf<readonly [cell: number, ms: number]>(durations),
    )) {
      times[placed(cell)]?.push(ms)
    }
    return cells.map(({ agent, arm, preset }, place) => {
      const taken = Float64Array.from(times[place] ?? []).toSorted()
      return {
        agent,
        arm,
        preset,
        trials: taken.length,
        usage: totalUsage(file, usages[place] ?? []),
        durationMs: requireFinite(file, durationOf(taken)),
      }
    })
  }
}

/** @throws UsageError where what is stored is no amount. */
export function totalUsage(file: string, sums: readonly UsageSums[]): Usage {
  const total = sums.reduce(
    (a, b) => ({
      inputTokens: a.inputTokens + b.inputTokens,
      cachedInputTokens: a.cachedInputTokens + b.cachedInputTokens,
      cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
      outputTokens: a.outputTokens + b.outputTokens,
      reasoningTokens: a.reasoningTokens + b.reasoningTokens,
      costUsd: a.costUsd === null ? b.costUsd : a.costUsd + (b.costUsd ?? 0),
      unconfirmedUsd: a.unconfirmedUsd + b.unconfirmedUsd,
      unpriced: a.unpriced + b.unpriced,
    }),
    NOTHING,
  )
  const { unpriced, ...usage } = requireFinite(file, total)
  // A sum over those trials alone whose price is known would pass for the whole.
  return unpriced > 0 ? { ...usage, costUsd: null } : usage
}

const NOTHING: UsageSums = {
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  costUsd: null,
  unconfirmedUsd: 0,
  unpriced: 0,
}

/** SQLite stores infinities, and no JSON has them. */
export function requireFinite<T extends object>(file: string, amounts: T): T {
  if (Object.values(amounts).every((amount) => amount === null || Number.isFinite(amount))) {
    return amounts
  }
  throw damaged(file, 'it holds a number that is too large')
}

/** @param sorted ascending */
function durationOf(sorted: Float64Array): CellEffort['durationMs'] {
  const { length } = sorted
  const [lower, upper] = [sorted[Math.floor((length - 1) / 2)], sorted[Math.floor(length / 2)]]
  return {
    total: sorted.reduce((sum, ms) => sum + ms, 0),
    median: lower === undefined || upper === undefined ? null : (lower + upper) / 2,
    p90: sorted[Math.ceil(length * 0.9) - 1] ?? null,
  }
}
