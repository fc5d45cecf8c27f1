import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import type { RunListing } from '../../../src/records/view.ts'
import { countText } from '../../../src/reports/count-text.ts'
import { Loaded } from '../../parts/loaded.tsx'
import { PageHeading } from '../../parts/page-heading.tsx'
import { useRowKeys } from '../../parts/row-keys.ts'
import { useShortcut } from '../../parts/shortcuts.tsx'
import { runsQuery } from '../../source/queries.ts'
import { useSource } from '../../source/source-context.tsx'
import { ChosenRuns } from './chosen-runs.tsx'
import { filterRuns } from './filter-runs.ts'
import { NoRuns } from './no-runs.tsx'
import styles from './page.module.css'
import { RunRow } from './run-row.tsx'
import type { RunsSearch } from './runs-search.ts'
import { UnreadableFiles } from './unreadable-files.tsx'

/** The runs of the folder, newest first. */
export function RunsPage() {
  const listing = useQuery(runsQuery(useSource()))
  return (
    <>
      <PageHeading title="Runs" of="runs" />
      <Loaded query={listing}>{(data) => <Runs listing={data} />}</Loaded>
    </>
  )
}

const route = getRouteApi('/')
/** So many rows are drawn at first, and with each further step. */
const ROWS_STEP = 200

function Runs({ listing }: { readonly listing: RunListing }) {
  const { text = '', chosen = [] } = route.useSearch()
  const navigate = route.useNavigate()
  const list = useRef<HTMLTableSectionElement>(null)
  const [rowsMax, setRowsMax] = useState(ROWS_STEP)
  const filter = useRef<HTMLInputElement>(null)
  useRowKeys(list, 'run')
  useShortcut('/', 'to the filter', () => filter.current?.focus())
  const runs = filterRuns(listing.runs, text)
  const choose = (name: string): void =>
    void navigate({
      search: ({ text: kept, chosen: before = [] }: RunsSearch) => ({
        ...(kept === undefined ? {} : { text: kept }),
        chosen: before.includes(name) ? before.filter((each) => each !== name) : [...before, name],
      }),
      replace: true,
      resetScroll: false,
    })
  if (listing.runs.length === 0) {
    return (
      <>
        <NoRuns listing={listing} />
        <UnreadableFiles problems={listing.problems} />
      </>
    )
  }
  return (
    <>
      <div className="toolbar">
        <input
          type="search"
          ref={filter}
          className={styles['filter']}
          value={text}
          placeholder="Filter by title, scenario, agent, status …"
          aria-label="Filter runs"
          aria-keyshortcuts="/"
          onChange={({ target }) =>
            void navigate({
              search: (search) => ({ ...search, text: target.value }),
              replace: true,
              resetScroll: false,
            })
          }
        />
        <p className="muted" role="status">
          {runs.length === listing.runs.length
            ? `${countText(runs.length)} ${runs.length === 1 ? 'run' : 'runs'}`
            : `${countText(runs.length)} of ${countText(listing.runs.length)} runs`}
        </p>
      </div>
      {runs.length === 0 ? (
        <p className={styles['none']}>
          No run has all of these words.{' '}
          <button type="button" onClick={() => void navigate({ search: {}, replace: true })}>
            Show all
          </button>
        </p>
      ) : (
        <table className={styles['runs']}>
          <caption className="visually-hidden">Runs, newest first</caption>
          <thead>
            <tr>
              <th scope="col">
                <span className="visually-hidden">To compare</span>
              </th>
              <th scope="col">Run</th>
              <th scope="col">Status</th>
              <th scope="col">What came of it</th>
              <th scope="col">Begun</th>
            </tr>
          </thead>
          <tbody ref={list}>
            {runs.slice(0, rowsMax).map((run) => (
              <RunRow
                key={run.name}
                run={run}
                isChosen={chosen.includes(run.name)}
                mayChoose={chosen.includes(run.name) || chosen.length < 2}
                choose={choose}
              />
            ))}
          </tbody>
        </table>
      )}
      {runs.length > rowsMax && (
        <button type="button" onClick={() => setRowsMax(rowsMax + ROWS_STEP)}>
          Show {countText(Math.min(ROWS_STEP, runs.length - rowsMax))} more
        </button>
      )}
      <UnreadableFiles problems={listing.problems} />
      <ChosenRuns
        runs={listing.runs}
        chosen={chosen}
        clear={() => void navigate({ search: text === '' ? {} : { text }, replace: true })}
      />
    </>
  )
}
