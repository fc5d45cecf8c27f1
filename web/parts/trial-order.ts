import type { TrialColumns } from './trial-columns.ts'
import type { TrialOrder } from './trial-filter.ts'

/** The places of listed trials in an order. Trials of which it is not known stand last, whichever way it goes. */
export function orderTrials(
  columns: TrialColumns,
  listed: Uint8Array,
  count: number,
  { by, descending }: TrialOrder,
): Uint32Array {
  const { places, known } = rankingOf(columns, by)
  const rows = new Uint32Array(count)
  let filled = 0
  for (let step = 0; step < places.length; step++) {
    const place = places[descending && step < known ? known - 1 - step : step] ?? 0
    if (listed[place] === 1) rows[filled++] = place
  }
  return rows
}

/** The listed trials before and after one, whether it is itself listed or not. Null: there is none. */
export function neighboursOf(
  columns: TrialColumns,
  rows: Uint32Array,
  number: number,
): { readonly previous: number | null; readonly next: number | null; readonly at: number | null } {
  const at = rows.findIndex((place) => columns.number[place] === number)
  const numberAt = (row: number): number | null => {
    const place = rows[row]
    return place === undefined ? null : (columns.number[place] ?? null)
  }
  if (at >= 0) return { previous: numberAt(at - 1), next: numberAt(at + 1), at }
  let [previous, next]: [number | null, number | null] = [null, null]
  for (const place of rows) {
    const own = columns.number[place] ?? 0
    if (own < number && (previous === null || own > previous)) previous = own
    if (own > number && (next === null || own < next)) next = own
  }
  return { previous, next, at: null }
}

interface Ranking {
  /** All places, from the least; those that are not known last. */
  readonly places: Uint32Array
  readonly known: number
}

/** Sorted once for all filters: it is the sorting that takes long. */
const RANKINGS = new WeakMap<TrialColumns, Map<TrialOrder['by'], Ranking>>()

function rankingOf(columns: TrialColumns, by: TrialOrder['by']): Ranking {
  const rankings = RANKINGS.get(columns) ?? new Map<TrialOrder['by'], Ranking>()
  RANKINGS.set(columns, rankings)
  const ranking = rankings.get(by) ?? rank(columns, by)
  rankings.set(by, ranking)
  return ranking
}

/**
 * Sorts the values alone, which needs no function that compares and is an order of magnitude faster so; then each trial goes where
 * its value stands, after those of the same value that come before it.
 */
function rank(columns: TrialColumns, by: TrialOrder['by']): Ranking {
  const { size } = columns
  const places = new Uint32Array(size)
  if (by === 'number') {
    for (let place = 0; place < size; place++) places[place] = place
    return { places, known: size }
  }
  const values = columnOf(columns, by)
  // What is not a number is sorted to the end.
  const sorted = values.toSorted()
  let known = size
  while (known > 0 && Number.isNaN(sorted[known - 1])) known--
  const taken = new Uint32Array(known)
  let unknown = known
  for (let place = 0; place < size; place++) {
    const value = values[place] ?? Number.NaN
    if (Number.isNaN(value)) {
      places[unknown++] = place
      continue
    }
    const first = firstAtLeast(sorted, known, value)
    const before = taken[first] ?? 0
    taken[first] = before + 1
    places[first + before] = place
  }
  return { places, known }
}

function firstAtLeast(sorted: Float64Array, known: number, value: number): number {
  let [low, high] = [0, known]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? 0) < value) low = middle + 1
    else high = middle
  }
  return low
}

function columnOf(columns: TrialColumns, by: Exclude<TrialOrder['by'], 'number'>): Float64Array {
  switch (by) {
    case 'duration':
      return columns.durationMs
    case 'tokens':
      return columns.tokens
    case 'cost':
      return columns.costUsd
    default:
      return by satisfies never
  }
}
