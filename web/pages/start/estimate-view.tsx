import { useEffect, useRef } from 'react'
import type { StartEstimate } from '../../../src/records/view.ts'
import { countText } from '../../../src/reports/count-text.ts'
import { usdText } from '../../../src/support/usd-text.ts'
import { SafeText } from '../../parts/safe-text.tsx'
import styles from './page.module.css'

/** What a start comes to, and the button that does it. */
export function EstimateView({
  estimate: { cells, trials, usualUsd, mostUsd, notes },
  isStarting,
  start,
}: {
  readonly estimate: StartEstimate
  readonly isStarting: boolean
  readonly start: () => void
}) {
  const view = useRef<HTMLDivElement>(null)
  useEffect(() => {
    view.current?.scrollIntoView({ block: 'nearest' })
  }, [])
  return (
    <div ref={view} className={styles['estimate']} role="status">
      <p className={styles['sum']}>
        {countText(trials)} {trials === 1 ? 'trial' : 'trials'} in {countText(cells)}{' '}
        {cells === 1 ? 'cell' : 'cells'} (an agent under one condition each)
      </p>
      <p>{costText(usualUsd, mostUsd)}</p>
      {notes.length > 0 && (
        <ul>
          {notes.map((note) => (
            <li key={note}>
              <SafeText text={note} />
            </li>
          ))}
        </ul>
      )}
      <button type="button" className="primary" aria-disabled={isStarting} onClick={start}>
        {isStarting ? 'Starting …' : 'Start'}
      </button>
    </div>
  )
}

function costText(usualUsd: number | null, mostUsd: number | null): string {
  if (mostUsd === 0) return 'No model is asked: it costs nothing.'
  if (usualUsd === null && mostUsd === null) return 'What it costs is not known.'
  const parts = [
    ...(usualUsd === null ? [] : [`about ${usdText(usualUsd)} USD as a rule`]),
    ...(mostUsd === null ? [] : [`${usdText(mostUsd)} USD at most`]),
  ]
  return `It costs ${parts.join(', ')}.`
}
