import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Loaded } from '../../parts/loaded.tsx'
import { PageHeading } from '../../parts/page-heading.tsx'
import { choicesQuery, runsQuery } from '../../source/queries.ts'
import { useSource } from '../../source/source-context.tsx'
import { StartForm } from './start-form-view.tsx'

/** Starts a run, as `offswitch run` does. */
export function StartPage() {
  const listing = useQuery(runsQuery(useSource()))
  return (
    <>
      <PageHeading title="New run" of="start" />
      <Loaded query={listing}>{(data) => (data.may.control ? <Start /> : <MayNot />)}</Loaded>
    </>
  )
}

function Start() {
  const choices = useQuery(choicesQuery(useSource()))
  return <Loaded query={choices}>{(data) => <StartForm choices={data} />}</Loaded>
}

function MayNot() {
  return (
    <p>
      Runs cannot be started from this page: it can only be read. On a command line{' '}
      <code>offswitch run</code> starts one. <Link to="/">To the runs</Link>
    </p>
  )
}
