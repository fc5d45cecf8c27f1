import type { Outcome } from '../../src/records/outcome.ts'
import type { TrialIndex } from '../../src/records/view.ts'
import { SourceError } from '../source/source.ts'
import { armValue } from './trial-filter.ts'

export type IndexedCell = TrialIndex['cells'][number]

/** Trials of the same cell that came to the same: whatever a filter asks of one, but its notes and texts, holds for all of them. */
export interface TrialKind {
  readonly cell: IndexedCell
  readonly outcome: Outcome
  /** The cell's arm as filters name it. */
  readonly arm: string
}

/** All trials of a run, a place each, by their number. */
export interface TrialColumns {
  readonly size: number
  /** Every kind of which there is a trial, once. */
  readonly kinds: readonly TrialKind[]
  readonly number: Uint32Array
  /** Place in `kinds`. */
  readonly kind: Uint32Array
  /** Which of its cell's trials it is, from 0. */
  readonly index: Uint32Array
  readonly durationMs: Float64Array
  readonly tokens: Float64Array
  /** Not a number where no price is known. */
  readonly costUsd: Float64Array
}

export const NO_TRIALS: TrialColumns = {
  size: 0,
  kinds: [],
  number: new Uint32Array(0),
  kind: new Uint32Array(0),
  index: new Uint32Array(0),
  durationMs: new Float64Array(0),
  tokens: new Float64Array(0),
  costUsd: new Float64Array(0),
}

/** @throws SourceError where a row names a cell or an outcome that is not there */
export function columnsOf(index: TrialIndex): TrialColumns {
  const { columns } = index
  const order = orderByNumber(columns.number)
  const { kinds, places } = kindsOf(index)
  return {
    size: order.length,
    kinds,
    number: fill(new Uint32Array(order.length), order, columns.number),
    kind: fill(new Uint32Array(order.length), order, places),
    index: fill(new Uint32Array(order.length), order, columns.index),
    durationMs: fill(new Float64Array(order.length), order, columns.durationMs),
    tokens: fill(new Float64Array(order.length), order, columns.tokens),
    costUsd: fill(new Float64Array(order.length), order, columns.costUsd),
  }
}

/** The place of a trial; null: it is not there. */
export function placeOf({ number, size }: TrialColumns, wanted: number): number | null {
  let [low, high] = [0, size]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((number[middle] ?? 0) < wanted) low = middle + 1
    else high = middle
  }
  return number[low] === wanted ? low : null
}

/** Trials are stored as they end, which is nearly the order of their numbers: most often there is nothing to be sorted. */
function orderByNumber(numbers: readonly number[]): Uint32Array {
  const order = new Uint32Array(numbers.length)
  let sorted = true
  for (let row = 0; row < numbers.length; row++) {
    order[row] = row
    if (row > 0 && (numbers[row - 1] ?? 0) >= (numbers[row] ?? 0)) sorted = false
  }
  return sorted ? order : order.sort((a, b) => (numbers[a] ?? 0) - (numbers[b] ?? 0))
}

/** A loop, as everything that goes over all trials: `from` with a function takes fifty times as long. */
function fill<T extends Uint32Array | Float64Array>(
  column: T,
  order: Uint32Array,
  values: ArrayLike<number | null>,
): T {
  for (let place = 0; place < order.length; place++) {
    column[place] = values[order[place] ?? 0] ?? Number.NaN
  }
  return column
}

/** All kinds, and the kind of each row. */
function kindsOf({ cells, outcomes, columns }: TrialIndex): {
  readonly kinds: TrialKind[]
  readonly places: Uint32Array
} {
  const kinds: TrialKind[] = []
  const placeByPair = new Map<number, number>()
  const places = new Uint32Array(columns.cell.length)
  for (let row = 0; row < places.length; row++) {
    const [cellPlace, outcomePlace] = [columns.cell[row] ?? -1, columns.outcome[row] ?? -1]
    const pair = cellPlace * outcomes.length + outcomePlace
    let place = placeByPair.get(pair)
    if (place === undefined) {
      place = kinds.push(kindAt(cells[cellPlace], outcomes[outcomePlace], row)) - 1
      placeByPair.set(pair, place)
    }
    places[row] = place
  }
  return { kinds, places }
}

function kindAt(
  cell: IndexedCell | undefined,
  outcome: Outcome | undefined,
  row: number,
): TrialKind {
  if (cell !== undefined && outcome !== undefined) {
    return { cell, outcome, arm: armValue(cell.arm) }
  }
  throw new SourceError(
    'damaged',
    `The list of trials cannot be shown: its row ${row} names what is not there.`,
  )
}
