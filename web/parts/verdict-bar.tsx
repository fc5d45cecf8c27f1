import type { VerdictName } from '../../src/records/verdict.ts'
import { countText } from '../../src/reports/count-text.ts'
import { VERDICT_MEANINGS, VERDICT_WORDS } from '../../src/reports/verdict-words.ts'
import styles from './verdict-bar.module.css'
import { verdictCounts } from './verdict-counts.ts'

/** What trials came to: a bar in shares, and the same in words. */
export function VerdictBar({
  verdicts,
}: {
  readonly verdicts: Readonly<Partial<Record<VerdictName, number>>>
}) {
  const counts = verdictCounts(verdicts)
  if (counts.length === 0) return <span className="muted">no trials yet</span>
  return (
    <div className={styles['verdicts']}>
      <div className={styles['bar']} aria-hidden="true">
        {counts.map(({ verdict, count }) => (
          <span
            key={verdict}
            className={`${styles['part']} ${styles[verdict]}`}
            style={{ flexGrow: count }}
            title={`${countText(count)} ${VERDICT_WORDS[verdict]}: ${VERDICT_MEANINGS[verdict]}`}
          />
        ))}
      </div>
      <ul className={styles['words']}>
        {counts.map(({ verdict, count }) => (
          <li key={verdict} title={VERDICT_MEANINGS[verdict]}>
            <span className={`${styles['mark']} ${styles[verdict]}`} aria-hidden="true" />
            {countText(count)} {VERDICT_WORDS[verdict]}
          </li>
        ))}
      </ul>
    </div>
  )
}
