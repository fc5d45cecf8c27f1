import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { Loaded } from '../../parts/loaded.tsx'
import { PageHeading } from '../../parts/page-heading.tsx'
import { ProblemView } from '../../parts/problem-view.tsx'
import { columnsOf, NO_TRIALS } from '../../parts/trial-columns.ts'
import { readListSearch } from '../../parts/trial-filter.ts'
import { useListedTrials } from '../../parts/trial-listed.ts'
import { neighboursOf } from '../../parts/trial-order.ts'
import { useTextSearch, useTextSearchState } from '../../parts/trial-text-search.ts'
import { useRunTitle } from '../../parts/use-run-title.ts'
import { indexQuery, runQuery, runsQuery, trialQuery } from '../../source/queries.ts'
import { SourceError } from '../../source/source.ts'
import { useSource } from '../../source/source-context.tsx'
import { NoSuchTrial } from './no-such-trial.tsx'
import './page.css'
import { TrialSteps } from './trial-steps.tsx'
import { TrialView } from './trial-view.tsx'

/** One trial: what happened in it, from what it was told to what came of the shutdown. */
export function TrialPage() {
  const source = useSource()
  const { name, number: text } = useParams({ from: '/runs/$name/trials/$number' })
  const search = useSearch({ from: '/runs/$name/trials/$number' })
  const number = /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null
  const run = useQuery(runQuery(source, name))
  const listing = useQuery(runsQuery(source))
  const index = useQuery({ ...indexQuery(source, useQueryClient(), name), select: columnsOf })
  const trial = useQuery({ ...trialQuery(source, name, number ?? 0), enabled: number !== null })
  const view = useMemo(() => readListSearch({ ...search }), [search])
  const searchable = listing.data?.may.search ?? false
  const textSearch = useTextSearch(source, name, searchable ? view.filter.text : '')
  const hits = useTextSearchState(textSearch)?.hits ?? null
  const columns = index.data ?? NO_TRIALS
  const { rows } = useListedTrials(columns, view, run.data?.readerNotes ?? NO_NOTES, hits)
  const near = useMemo(() => neighboursOf(columns, rows, number ?? 0), [columns, rows, number])
  const isRunGone = isNotFound(run.error)
  const isMissing = number === null || (trial.data === undefined && isNotFound(trial.error))
  const title = `Trial ${number ?? text}`
  const runTitle = useRunTitle(name)
  return (
    <div className="trial-page">
      <div className="page-head">
        <PageHeading title={`${title} of ${runTitle}`} of={`trial ${text} of ${name}`}>
          {title}
        </PageHeading>
        <TrialSteps name={name} number={number} near={near} listed={rows.length} search={search} />
      </div>
      {isRunGone && (
        <div className="stale">
          {trial.data !== undefined && <p>What stands below was read earlier.</p>}
          <ProblemView error={run.error} />
        </div>
      )}
      {isMissing ? (
        !isRunGone && <NoSuchTrial number={text} running={run.data?.report.status === 'running'} />
      ) : (
        <Loaded query={trial}>
          {(viewed) => (
            <TrialView
              key={`${name}/${number}`}
              name={name}
              viewed={viewed}
              search={search}
              annotate={listing.data?.may.annotate ?? false}
              runNotes={run.data?.readerNotes ?? NO_NOTES}
            />
          )}
        </Loaded>
      )}
    </div>
  )
}

function isNotFound(error: unknown): boolean {
  return error instanceof SourceError && error.kind === 'not-found'
}

const NO_NOTES: readonly never[] = []
