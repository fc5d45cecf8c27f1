import { useMemo } from 'react'
import type { ReaderNote } from '../../src/records/note.ts'
import type { SearchHit } from '../../src/records/view.ts'
import type { TrialColumns } from './trial-columns.ts'
import type { TrialListView } from './trial-filter.ts'
import { tagsByTrial } from './trial-marks.ts'
import { orderTrials } from './trial-order.ts'
import { selectTrials, type TrialSelection } from './trial-select.ts'

export interface ListedTrials {
  readonly selection: TrialSelection
  /** Places in the columns, in the order of the list. */
  readonly rows: Uint32Array
  readonly tags: ReadonlyMap<number, readonly string[]>
}

/** The trials that a list shows: what the list itself draws, and what a trial's page goes through. */
export function useListedTrials(
  columns: TrialColumns,
  { filter, order }: TrialListView,
  notes: readonly ReaderNote[],
  hits: ReadonlyMap<number, SearchHit> | null,
): ListedTrials {
  const tags = useMemo(() => tagsByTrial(notes), [notes])
  const found = useMemo(() => (hits === null ? null : new Set(hits.keys())), [hits])
  const selection = useMemo(
    () => selectTrials(columns, filter, { tags, found }),
    [columns, filter, tags, found],
  )
  const rows = useMemo(
    () => orderTrials(columns, selection.listed, selection.count, order),
    [columns, selection, order],
  )
  return { selection, rows, tags }
}
