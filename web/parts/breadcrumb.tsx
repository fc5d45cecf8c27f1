import { Link, useParams, useRouterState } from '@tanstack/react-router'
import { SafeText } from './safe-text.tsx'
import { useRunTitle } from './use-run-title.ts'

/** Where the page stands: runs › a run › its trials › a trial. */
export function Breadcrumb() {
  const { name, number } = useParams({ strict: false })
  const path = useRouterState({ select: ({ location }) => location.pathname })
  const title = useRunTitle(name ?? '')
  const isBelow = path.includes('/trials')
  return (
    <nav className="breadcrumb" aria-label="Where you are">
      <ol>
        <li>
          <Link to="/" search={{}} className="brand" {...currentIf(path === '/')}>
            Offswitch
          </Link>
        </li>
        {name !== undefined && (
          <li className="crumb-run">
            <Link to="/runs/$name" params={{ name }} search={{}} {...currentIf(!isBelow)}>
              <SafeText text={title} />
            </Link>
          </li>
        )}
        {name !== undefined && isBelow && (
          <li>
            <Link
              to="/runs/$name/trials"
              params={{ name }}
              search={{}}
              {...currentIf(number === undefined)}
            >
              Trials
            </Link>
          </li>
        )}
        {name !== undefined && number !== undefined && (
          <li>
            <span aria-current="page">{number}</span>
          </li>
        )}
      </ol>
    </nav>
  )
}

function currentIf(current: boolean): { 'aria-current'?: 'page' } {
  return current ? { 'aria-current': 'page' } : {}
}
