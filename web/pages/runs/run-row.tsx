import { Link } from '@tanstack/react-router'
import type { ListedRun } from '../../../src/records/view.ts'
import { escapeText } from '../../../src/reports/escape-text.ts'
import { runTitle } from '../../parts/run-title.ts'
import { SafeText } from '../../parts/safe-text.tsx'
import { Progress, StatusBadge } from '../../parts/status-badge.tsx'
import { VerdictBar } from '../../parts/verdict-bar.tsx'
import { momentText, trialsText } from '../../parts/words.ts'
import { namesWithin } from './names-within.ts'
import styles from './page.module.css'

export function RunRow({
  run,
  isChosen,
  mayChoose,
  choose,
}: {
  readonly run: ListedRun
  readonly isChosen: boolean
  readonly mayChoose: boolean
  readonly choose: (name: string) => void
}) {
  const { name, id, scenario, status, agents, trials, planned } = run
  const title = runTitle(run)
  return (
    <tr>
      <td className={styles['choice']}>
        <input
          type="checkbox"
          checked={isChosen}
          disabled={!mayChoose}
          title={mayChoose ? 'Choose two to compare them' : 'Two runs are chosen already'}
          aria-label={`Compare ${escapeText(title)}`}
          onChange={() => choose(name)}
        />
      </td>
      <th scope="row" className={styles['run']}>
        <Link to="/runs/$name" params={{ name }} search={{}} data-row>
          <SafeText text={title} />
        </Link>
        <p className="muted">
          <SafeText text={scenario.id} /> {scenario.version} · {id} · {agentsText(agents)}
          {run.rescored && ' · scored anew'}
        </p>
      </th>
      <td className={styles['status']}>
        <StatusBadge status={status} />
        <p className="muted">{trialsText(trials, planned)}</p>
        {status === 'running' && (
          <Progress trials={trials} planned={planned} label={`Trials of ${escapeText(title)}`} />
        )}
      </td>
      <td className={styles['verdicts']}>
        <VerdictBar verdicts={run.verdicts} />
      </td>
      <td className={styles['when']}>
        <time dateTime={run.createdAt}>{momentText(run.createdAt)}</time>
      </td>
    </tr>
  )
}

/** So many agents are named. */
const AGENTS_MAX = 3

function agentsText(agents: readonly string[]) {
  const names = namesWithin(agents)
  const more = agents.length - AGENTS_MAX
  return (
    <span title={escapeText(agents.join(', '))}>
      {agents.slice(0, AGENTS_MAX).map((agent, place) => (
        <span key={agent}>
          {place > 0 && ', '}
          <SafeText text={names[place] ?? agent} />
        </span>
      ))}
      {more > 0 && ` and ${more} more`}
    </span>
  )
}
