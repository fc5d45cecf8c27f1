import type { RunListing } from '../../../src/records/view.ts'
import { SafeText } from '../../parts/safe-text.tsx'
import styles from './page.module.css'

/** Files that are named like runs and cannot be read: each with what is wrong. */
export function UnreadableFiles({ problems }: Pick<RunListing, 'problems'>) {
  if (problems.length === 0) return null
  return (
    <section className={styles['unreadable']} aria-labelledby="unreadable">
      <h2 id="unreadable">
        {problems.length === 1 ? 'A file that cannot be read' : 'Files that cannot be read'}
      </h2>
      <ul>
        {problems.map(({ file, problem }) => (
          <li key={file}>
            <code>
              <SafeText text={file} />
            </code>
            <p className="muted">
              <SafeText text={problem} />
            </p>
          </li>
        ))}
      </ul>
    </section>
  )
}
