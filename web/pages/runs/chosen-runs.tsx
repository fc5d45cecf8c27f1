import { Link } from '@tanstack/react-router'
import type { ListedRun } from '../../../src/records/view.ts'
import { titleAmong } from '../../parts/run-title.ts'
import { SafeText } from '../../parts/safe-text.tsx'
import styles from './page.module.css'

/** What has been chosen to be compared, with the way there. */
export function ChosenRuns({
  runs,
  chosen,
  clear,
}: {
  readonly runs: readonly ListedRun[]
  readonly chosen: readonly string[]
  readonly clear: () => void
}) {
  const [a, b] = chosen
  if (a === undefined) return null
  return (
    <div className={styles['chosen']} role="region" aria-label="Chosen to be compared">
      <p>
        <SafeText text={titleAmong(runs, a)} />
        {b === undefined ? (
          <span className="muted"> – choose another run to compare it with</span>
        ) : (
          <>
            <span className="muted"> with </span>
            <SafeText text={titleAmong(runs, b)} />
          </>
        )}
      </p>
      <div className="toolbar">
        <Link to="/compare" search={b === undefined ? { a } : { a, b }} className="button primary">
          {b === undefined ? 'Compare within this run' : 'Compare'}
        </Link>
        <button type="button" className="quiet" onClick={clear}>
          Clear
        </button>
      </div>
    </div>
  )
}
