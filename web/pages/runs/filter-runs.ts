import type { ListedRun } from '../../../src/records/view.ts'
import { statusWords } from '../../parts/words.ts'

/** The runs that have every word of a text somewhere in what the list shows of them. */
export function filterRuns(runs: readonly ListedRun[], text: string): readonly ListedRun[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return runs
  return runs.filter((run) => {
    const shown = shownOf(run)
    return words.every((word) => shown.includes(word))
  })
}

function shownOf({
  name,
  id,
  title,
  scenario,
  status,
  agents,
  sandbox,
  createdAt,
}: ListedRun): string {
  return [
    name,
    id,
    title ?? '',
    `${scenario.id} ${scenario.version}`,
    status,
    statusWords(status).word,
    ...agents,
    sandbox,
    createdAt,
  ]
    .join('\n')
    .toLowerCase()
}
