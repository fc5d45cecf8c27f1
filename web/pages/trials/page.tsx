import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import { Loaded } from '../../parts/loaded.tsx'
import { PageHeading } from '../../parts/page-heading.tsx'
import { columnsOf } from '../../parts/trial-columns.ts'
import { readListSearch, type TrialListView, writeListSearch } from '../../parts/trial-filter.ts'
import { useRunTitle } from '../../parts/use-run-title.ts'
import { indexQuery, runQuery, runsQuery } from '../../source/queries.ts'
import { useSource } from '../../source/source-context.tsx'
import './page.css'
import { TrialsView } from './trials-view.tsx'

/** All trials of a run, those that its reader asks for. */
export function TrialsPage() {
  const source = useSource()
  const navigate = useNavigate()
  const { name } = useParams({ from: '/runs/$name/trials' })
  const search = useSearch({ from: '/runs/$name/trials' })
  const run = useQuery(runQuery(source, name))
  const index = useQuery({ ...indexQuery(source, useQueryClient(), name), select: columnsOf })
  const listing = useQuery(runsQuery(source))
  const view = useMemo(() => readListSearch({ ...search }), [search])
  const show = useCallback(
    (next: TrialListView) =>
      void navigate({
        to: '/runs/$name/trials',
        params: { name },
        search: writeListSearch(next),
        replace: true,
        resetScroll: false,
      }),
    [navigate, name],
  )
  const open = useCallback(
    (number: number, event: number | null) =>
      void navigate({
        to: '/runs/$name/trials/$number',
        params: { name, number: String(number) },
        search: { ...writeListSearch(view), ...(event === null ? {} : { event }) },
      }),
    [navigate, name, view],
  )
  const title = useRunTitle(name)
  return (
    <>
      <PageHeading title={`Trials of ${title}`} of={`trials of ${name}`} />
      <Loaded query={index}>
        {(columns) => (
          <TrialsView
            name={name}
            columns={columns}
            notes={run.data?.readerNotes ?? NO_NOTES}
            running={run.data?.report.status === 'running'}
            searchable={listing.data?.may.search ?? false}
            view={view}
            at={search.at ?? null}
            show={show}
            open={open}
          />
        )}
      </Loaded>
    </>
  )
}

const NO_NOTES: readonly never[] = []
