import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Loaded } from '../../parts/loaded.tsx'
import { PageHeading } from '../../parts/page-heading.tsx'
import { comparisonOptions, runsQuery } from '../../source/queries.ts'
import { useSource } from '../../source/source-context.tsx'
import type { CompareSearch } from './compare-search.ts'
import { ComparedRuns } from './compared-runs.tsx'
import { TermsForm } from './terms-form.tsx'

const route = getRouteApi('/compare')

/** Two runs cell by cell, or the cells of one: by how much rates differ, and how sure that is. */
export function ComparePage() {
  const source = useSource()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const listing = useQuery(runsQuery(source))
  const change = (changed: CompareSearch): void => void navigate({ search: changed })
  return (
    <>
      <PageHeading title="Compare" of="compare" />
      <p className="muted">
        Two runs cell by cell, or the arms and agents of one run against each other: by how many
        percentage points the rates differ, and how sure that is.
      </p>
      <Loaded query={listing}>
        {(data) => <TermsForm listing={data} search={search} change={change} />}
      </Loaded>
      {search.a !== undefined && <Comparison search={search} a={search.a} />}
    </>
  )
}

function Comparison({
  search: { b, by, endpoint, reverse },
  a,
}: {
  readonly search: CompareSearch
  readonly a: string
}) {
  const terms = {
    ...(by === undefined ? {} : { by }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(reverse === undefined ? {} : { reverse }),
  }
  const names = b === undefined ? [a] : [a, b]
  const comparison = useQuery(comparisonOptions(useSource(), names, terms))
  return <Loaded query={comparison}>{(data) => <ComparedRuns viewed={data} />}</Loaded>
}
