import type { ListedRun } from '../../src/records/view.ts'
import type { Wish } from '../../src/records/wish.ts'
import styles from './status-badge.module.css'
import { statusWords } from './words.ts'

export function StatusBadge({
  status,
  wish = null,
}: {
  readonly status: ListedRun['status']
  readonly wish?: Wish | null
}) {
  const { word, sentence } = statusWords(status, wish)
  return (
    <span className={`${styles['badge']} ${styles[status]}`} title={sentence}>
      <span className={styles['dot']} aria-hidden="true" />
      {word}
    </span>
  )
}

/** How many of its trials a run has stored. Its end is not always to be known: a rule may stop it before. */
export function Progress({
  trials,
  planned,
  label,
}: {
  readonly trials: number
  readonly planned: number
  readonly label: string
}) {
  if (planned === 0) return null
  return (
    <progress
      className={styles['progress']}
      max={planned}
      value={Math.min(trials, planned)}
      aria-label={label}
    />
  )
}
