import { useQuery } from '@tanstack/react-query'
import { Link, Outlet, useNavigate } from '@tanstack/react-router'
import { runsQuery } from '../source/queries.ts'
import { useSource } from '../source/source-context.tsx'
import { Breadcrumb } from './breadcrumb.tsx'
import { KeyboardHelp } from './keyboard-help.tsx'
import { useLiveChanges } from './live-changes.tsx'
import { LiveIndicator } from './live-indicator.tsx'
import { useShortcut } from './shortcuts.tsx'
import { ThemeToggle } from './theme-toggle.tsx'

/** What stands around every page. */
export function Layout() {
  const state = useLiveChanges()
  const navigate = useNavigate()
  const listing = useQuery(runsQuery(useSource()))
  useShortcut('g r', 'to the runs', () => void navigate({ to: '/' }))
  useShortcut('g c', 'compare', () => void navigate({ to: '/compare', search: {} }))
  return (
    <>
      <a className="skip" href="#main" onClick={skip}>
        Skip to the content
      </a>
      <header className="top">
        <Breadcrumb />
        <nav className="top-links" aria-label="Pages">
          <Link to="/compare" search={{}} activeProps={CURRENT} activeOptions={ANY_SEARCH}>
            Compare
          </Link>
          {listing.data?.may.control === true && (
            <Link to="/start" activeProps={CURRENT}>
              New run
            </Link>
          )}
        </nav>
        <div className="top-tools">
          <LiveIndicator state={state} />
          <ThemeToggle />
          <KeyboardHelp />
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        <Outlet />
      </main>
    </>
  )
}

const CURRENT = { 'aria-current': 'page' } as const
const ANY_SEARCH = { includeSearch: false }

/** Addresses of pages stand behind `#`: a link to a place would leave the page. */
function skip(event: { preventDefault(): void }): void {
  event.preventDefault()
  document.getElementById('main')?.focus()
}
