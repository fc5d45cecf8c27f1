import { Link } from '@tanstack/react-router'
import type { RunListing } from '../../../src/records/view.ts'
import { escapeText } from '../../../src/reports/escape-text.ts'
import { shellWord } from '../../../src/reports/shell-word.ts'
import { SafeText } from '../../parts/safe-text.tsx'
import styles from './page.module.css'

/** Nothing has been run yet: what to do. */
export function NoRuns({ listing: { folder, may } }: { readonly listing: RunListing }) {
  return (
    <div className={styles['empty']}>
      <p>
        There is no run in <SafeText text={folder} /> yet. It appears here as soon as its first file
        is written.
      </p>
      {may.control && (
        <p>
          <Link to="/start" className="button primary">
            Start a run
          </Link>
        </p>
      )}
      <p>
        On a command line, where <code>offswitch view</code> was started:
      </p>
      <pre>npx offswitch run --runs {escapeText(shellWord(folder))}</pre>
      <p className="muted">
        That puts scripted agents through the 2025 shutdown experiment: it needs no key, costs
        nothing and takes a few seconds.
      </p>
    </div>
  )
}
