import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect, useMemo } from 'react'
import type { ViewedRun } from '../../../src/records/view.ts'
import { showPlace } from '../../parts/fragment.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { PageHeading } from '../../parts/page-heading.tsx'
import { useShortcut } from '../../parts/shortcuts.tsx'
import { useRunTitle } from '../../parts/use-run-title.ts'
import { runQuery, runsQuery } from '../../source/queries.ts'
import { useSource } from '../../source/source-context.tsx'
import { Contents } from './contents.tsx'
import { linkCells } from './link-cells.ts'
import styles from './page.module.css'
import { createPageLinks } from './page-links.ts'
import { RunHead } from './run-head.tsx'
import { RunPartView } from './run-part-view.tsx'
import { partPlace, runParts } from './run-parts.ts'

const route = getRouteApi('/runs/$name')

/** One run: what was asked, what was found, and all that has to be known to believe it. */
export function RunPage() {
  const source = useSource()
  const { name } = route.useParams()
  const navigate = route.useNavigate()
  const run = useQuery(runQuery(source, name))
  const listing = useQuery(runsQuery(source))
  const title = useRunTitle(name)
  useShortcut(
    't',
    'to the trials',
    () => void navigate({ to: '/runs/$name/trials', params: { name }, search: {} }),
  )
  return (
    <>
      <PageHeading title={title} of={name} />
      <Loaded query={run}>
        {(viewed) => (
          <Run key={name} viewed={viewed} mayControl={listing.data?.may.control === true} />
        )}
      </Loaded>
    </>
  )
}

function Run({ viewed, mayControl }: { readonly viewed: ViewedRun; readonly mayControl: boolean }) {
  const { part } = route.useSearch()
  const { name } = viewed
  const parts = useMemo(() => runParts(viewed, createPageLinks(name)), [viewed, name])
  const enhance = useMemo(
    () => linkCells(viewed.report.cells, createPageLinks(name)),
    [viewed, name],
  )
  useEffect(() => {
    if (part !== undefined) showPlace(partPlace(part))
  }, [part])
  return (
    <>
      <RunHead viewed={viewed} mayControl={mayControl} />
      <div className={styles['columns']}>
        <Contents parts={parts} />
        <div className={styles['parts']}>
          {parts.map((each) => (
            <RunPartView key={each.id} part={each} enhance={enhance} />
          ))}
        </div>
      </div>
    </>
  )
}
