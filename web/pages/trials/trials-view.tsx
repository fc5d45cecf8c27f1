import { useCallback, useMemo } from 'react'
import type { ReaderNote } from '../../../src/records/note.ts'
import { countText } from '../../../src/reports/count-text.ts'
import { useShortcut } from '../../parts/shortcuts.tsx'
import { choiceLists, toggleChoice, trialNames, withoutList } from '../../parts/trial-choices.ts'
import type { TrialColumns } from '../../parts/trial-columns.ts'
import {
  asksNothing,
  NO_FILTER,
  type TrialFilter,
  type TrialListView,
} from '../../parts/trial-filter.ts'
import { useListedTrials } from '../../parts/trial-listed.ts'
import { useTextSearch, useTextSearchState } from '../../parts/trial-text-search.ts'
import { useSource } from '../../source/source-context.tsx'
import { FilterPanel } from './filter-panel.tsx'
import { FiltersInForce } from './filters-in-force.tsx'
import { TextSearchForm } from './text-search-form.tsx'
import { TrialList } from './trial-list.tsx'

/** The list with all that narrows it. */
export function TrialsView({
  name,
  columns,
  notes,
  running,
  searchable,
  view,
  at,
  show,
  open,
}: {
  readonly name: string
  readonly columns: TrialColumns
  readonly notes: readonly ReaderNote[]
  readonly running: boolean
  readonly searchable: boolean
  readonly view: TrialListView
  readonly at: number | null
  readonly show: (view: TrialListView) => void
  readonly open: (number: number, event: number | null) => void
}) {
  const { filter, order } = view
  const textSearch = useTextSearch(useSource(), name, searchable ? filter.text : '')
  const textState = useTextSearchState(textSearch)
  const hits = textState?.hits ?? null
  const { selection, rows, tags } = useListedTrials(columns, view, notes, hits)
  const names = useMemo(() => namesOf(columns), [columns])
  const lists = useMemo(
    () => choiceLists(columns, filter, selection.counts, names),
    [columns, filter, selection, names],
  )
  const refilter = useCallback((next: TrialFilter) => show({ filter: next, order }), [show, order])
  const clear = useCallback(() => refilter(NO_FILTER), [refilter])
  useShortcut('x', 'all trials: ask nothing of them', clear)
  const viewKey = JSON.stringify(view)
  return (
    <div className="trials">
      <FilterPanel
        lists={lists}
        asked={!asksNothing(filter)}
        toggle={(list, value) => refilter(toggleChoice(filter, list, value))}
      >
        {searchable && (
          <TextSearchForm
            text={filter.text}
            trials={columns.size}
            search={textSearch}
            state={textState}
            look={(text) => refilter({ ...filter, text })}
          />
        )}
      </FilterPanel>
      <div className="trials-found">
        <div className="trials-summary">
          <p role="status">
            <strong>{countText(selection.count)}</strong>
            {selection.count === columns.size
              ? columns.size === 1
                ? ' trial'
                : ' trials'
              : ` of ${countText(columns.size)} trials`}
            {running && ' so far'}
          </p>
          {!asksNothing(filter) && (
            <FiltersInForce
              lists={lists}
              text={filter.text}
              remove={(list, value) => refilter(toggleChoice(filter, list, value))}
              removeText={() => refilter(withoutList(filter, 'text'))}
              clear={clear}
            />
          )}
        </div>
        {selection.count === 0 ? (
          <NothingListed
            columns={columns}
            running={running}
            searching={textState?.status === 'running'}
          />
        ) : (
          <TrialList
            name={name}
            columns={columns}
            rows={rows}
            viewKey={viewKey}
            view={view}
            names={names}
            tags={tags}
            hits={hits}
            at={at}
            reorder={(next) => show({ filter, order: next })}
            open={open}
          />
        )}
      </div>
    </div>
  )
}

function NothingListed({
  columns,
  running,
  searching,
}: {
  readonly columns: TrialColumns
  readonly running: boolean
  readonly searching: boolean
}) {
  if (searching) return <p className="trials-none">None found yet.</p>
  if (columns.size > 0) {
    return (
      <p className="trials-none">No trial is like that. Take a filter back, or clear them all.</p>
    )
  }
  return (
    <p className="trials-none">
      {running
        ? 'No trial has ended yet. Each is listed here as soon as it has.'
        : 'No trial of this run has been stored.'}
    </p>
  )
}

function namesOf({ kinds }: TrialColumns) {
  const cells = [...new Set(kinds.map(({ cell }) => cell))]
  return trialNames(
    cells.map(({ agent, arm, preset, name }) =>
      name === null ? { agent, arm, preset } : { agent, arm, preset, name },
    ),
  )
}
