import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { ListedRun, ViewedComparison } from '../../../src/records/view.ts'
import { armText } from '../../../src/reports/arm-label.ts'
import { countText } from '../../../src/reports/count-text.ts'
import { comparisonFigures } from '../../../src/reports/figures/comparison-figures.ts'
import { comparisonMarkup } from '../../../src/reports/html/comparison-markup.ts'
import { figureMarkup } from '../../../src/reports/html/figure.ts'
import { Fragment } from '../../parts/fragment.tsx'
import { runTitle, titleAmong } from '../../parts/run-title.ts'
import { SafeText } from '../../parts/safe-text.tsx'
import { StatusBadge } from '../../parts/status-badge.tsx'
import { momentText } from '../../parts/words.ts'
import styles from './page.module.css'

/** What a comparison came to. */
export function ComparedRuns({ viewed }: { readonly viewed: ViewedComparison }) {
  const { runs, comparison, unpaired } = viewed
  const table = useMemo(() => comparisonMarkup(comparison), [comparison])
  const [differences, ...others] = useMemo(
    () => comparisonFigures(comparison, 'compared'),
    [comparison],
  )
  return (
    <>
      <ul className={styles['compared']}>
        {runs.map((run, place) => (
          <ComparedRun key={run.name} run={run} place={runs.length > 1 ? place : null} />
        ))}
      </ul>
      {table === null ? (
        <p>No two cells go together: there is nothing to compare on these terms.</p>
      ) : (
        <section className={styles['differences']} aria-labelledby="differences">
          <h2 id="differences">Differences</h2>
          {differences !== undefined && <Fragment html={figureMarkup(differences)} />}
          <Fragment html={table} />
          {others.map((figure) => (
            <Fragment key={figure.key} html={figureMarkup(figure)} />
          ))}
        </section>
      )}
      {unpaired.length > 0 && (
        <section className={styles['unpaired']} aria-labelledby="unpaired">
          <h2 id="unpaired">Compared with nothing</h2>
          <p className="muted">There is no cell that goes with these:</p>
          <ul>
            {unpaired.map(({ agent, arm, run }) => (
              <li key={`${run} ${agent} ${armText(arm)}`}>
                <SafeText text={agent} />
                {armText(arm) !== '' && (
                  <span className="muted">
                    {' '}
                    <SafeText text={armText(arm)} />
                  </span>
                )}
                {runs.length > 1 && (
                  <span className="muted">
                    {' '}
                    · <SafeText text={titleAmong(runs, run)} />
                  </span>
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}

function ComparedRun({ run, place }: { readonly run: ListedRun; readonly place: number | null }) {
  const { name, id, scenario, status, trials, createdAt, sandbox } = run
  return (
    <li>
      {place !== null && <p className="muted">{place === 0 ? 'The earlier' : 'The later'}</p>}
      <p>
        <Link to="/runs/$name" params={{ name }} search={{}}>
          <SafeText text={runTitle(run)} />
        </Link>
      </p>
      <p className="muted">
        {id} · <StatusBadge status={status} /> · {countText(trials)} trials of{' '}
        <SafeText text={scenario.id} /> {scenario.version} · sandbox {sandbox} ·{' '}
        {momentText(createdAt)}
      </p>
    </li>
  )
}
