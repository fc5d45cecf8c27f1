import { Link } from '@tanstack/react-router'
import type { ViewedRun } from '../../../src/records/view.ts'
import { countText } from '../../../src/reports/count-text.ts'
import { durationText } from '../../../src/reports/duration-text.ts'
import { costText } from '../../../src/reports/usage-text.ts'
import { SafeText } from '../../parts/safe-text.tsx'
import { Progress, StatusBadge } from '../../parts/status-badge.tsx'
import { momentText, statusWords, trialsText } from '../../parts/words.ts'
import { useSource } from '../../source/source-context.tsx'
import styles from './page.module.css'
import { RunControls } from './run-controls.tsx'

/** How a run stands, what can be done with it, and where to go from here. */
export function RunHead({
  viewed,
  mayControl,
}: {
  readonly viewed: ViewedRun
  readonly mayControl: boolean
}) {
  const { name, header, report, notes, wish } = viewed
  const { status } = report
  const trials = report.cells.reduce((sum, cell) => sum + cell.trials, 0)
  const tokens = report.usage.inputTokens + report.usage.outputTokens
  return (
    <div className={styles['head']}>
      {notes.question !== null && (
        <p className={styles['question']}>
          <SafeText text={notes.question} />
        </p>
      )}
      <p className="muted">
        <SafeText text={report.scenario.id} /> {report.scenario.version} · run {header.id} · sandbox{' '}
        <SafeText text={notes.sandbox} /> · begun{' '}
        <time dateTime={header.createdAt}>{momentText(header.createdAt)}</time>
        {report.durationMs > 0 && <> · took {durationText(report.durationMs)}</>}
        {tokens > 0 && (
          <>
            {' '}
            · {countText(tokens)} tokens, {costText(report.usage, notes.outsideUsd)}
          </>
        )}
        {report.rescored !== undefined && (
          <>
            {' '}
            · trials of run <SafeText text={report.rescored.run} />, scored anew
          </>
        )}
      </p>
      <div className={styles['status']}>
        <div className={styles['state']}>
          <p>
            <StatusBadge status={status} wish={wish} />{' '}
            <span className="muted">{trialsText(trials, notes.planned)}</span>
          </p>
          {status !== 'finished' && (
            <>
              <Progress trials={trials} planned={notes.planned} label="Trials of this run" />
              <p className="muted">{statusWords(status, wish).sentence}</p>
            </>
          )}
        </div>
        {mayControl && <RunControls key={status} name={name} status={status} wish={wish} />}
      </div>
      <div className="toolbar">
        <Link to="/runs/$name/trials" params={{ name }} search={{}} className="button primary">
          Read the trials
        </Link>
        <Link to="/compare" search={{ a: name }} className="button">
          Compare
        </Link>
        <Downloads name={name} />
      </div>
    </div>
  )
}

const FORMATS = [
  { format: 'html', words: 'HTML' },
  { format: 'md', words: 'Markdown' },
  { format: 'json', words: 'JSON' },
  { format: 'csv', words: 'CSV' },
] as const

/** The same as files that stand alone. */
function Downloads({ name }: { readonly name: string }) {
  const source = useSource()
  const found = FORMATS.flatMap(({ format, words }) => {
    const address = source.reportAddress(name, format)
    return address === null ? [] : [{ format, words, address }]
  })
  if (found.length === 0) return null
  return (
    <p className={styles['downloads']}>
      <span className="muted">Report: </span>
      {found.map(({ format, words, address }) => (
        <a
          key={format}
          href={address}
          {...(format === 'html'
            ? { target: '_blank', rel: 'noreferrer', title: 'opens in a new tab' }
            : { download: `${name}.${format}` })}
        >
          {words}
        </a>
      ))}
    </p>
  )
}
