import type { TrialIndex } from '../../src/records/view.ts'

/** The trials of an index that come after the first so many. */
export function indexAfter(index: TrialIndex, after: number): TrialIndex {
  const skip = Math.max(0, after - index.after)
  if (skip === 0) return index
  return { ...index, after: index.after + skip, columns: eachColumn(index, (c) => c.slice(skip)) }
}

/** Two indexes as one, where the second goes on where the first ends. Null: it does not. */
export function joinIndexes(known: TrialIndex, added: TrialIndex): TrialIndex | null {
  if (added.after !== known.after + known.columns.number.length) return null
  // The tables of the second are those of the whole run: the places of the first may stand elsewhere in them.
  const cells = placesIn(known.cells, added.cells)
  const outcomes = placesIn(known.outcomes, added.outcomes)
  const { columns: a } = known
  const { columns: b } = added
  return {
    after: known.after,
    cells: cells.table,
    outcomes: outcomes.table,
    columns: {
      number: [...a.number, ...b.number],
      cell: [...a.cell, ...b.cell.map((place) => cells.places[place] ?? place)],
      index: [...a.index, ...b.index],
      outcome: [...a.outcome, ...b.outcome.map((place) => outcomes.places[place] ?? place)],
      durationMs: [...a.durationMs, ...b.durationMs],
      tokens: [...a.tokens, ...b.tokens],
      costUsd: [...a.costUsd, ...b.costUsd],
    },
  }
}

/** One table with all rows of two, and where those of the second stand in it. */
function placesIn<T>(
  known: readonly T[],
  added: readonly T[],
): { readonly table: T[]; readonly places: readonly number[] } {
  const table = [...known]
  const placeOf = new Map(known.map((row, place) => [JSON.stringify(row), place]))
  const places = added.map((row) => {
    const key = JSON.stringify(row)
    const place = placeOf.get(key) ?? table.push(row) - 1
    placeOf.set(key, place)
    return place
  })
  return { table, places }
}

function eachColumn(
  { columns }: TrialIndex,
  change: <T>(column: T[]) => T[],
): TrialIndex['columns'] {
  return {
    number: change(columns.number),
    cell: change(columns.cell),
    index: change(columns.index),
    outcome: change(columns.outcome),
    durationMs: change(columns.durationMs),
    tokens: change(columns.tokens),
    costUsd: change(columns.costUsd),
  }
}
