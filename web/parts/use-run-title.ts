import { useQuery } from '@tanstack/react-query'
import { runQuery, runsQuery } from '../source/queries.ts'
import { useSource } from '../source/source-context.tsx'
import { runTitle } from './run-title.ts'

/** What a run is called on every page: also one that is gone from the list, as long as it is shown. Until it has been had, the name of its file. */
export function useRunTitle(name: string): string {
  const source = useSource()
  const listing = useQuery(runsQuery(source))
  const run = useQuery({ ...runQuery(source, name), enabled: false })
  const listed = listing.data?.runs.find((each) => each.name === name)
  if (listed !== undefined) return runTitle(listed)
  if (run.data === undefined) return name
  const { header, report } = run.data
  return runTitle({ title: header.study.title, scenario: report.scenario, id: header.id })
}
