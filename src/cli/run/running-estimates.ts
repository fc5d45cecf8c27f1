import { outcomeOf } from '../../endpoints/outcome-of.ts'
import type { OutcomeCount } from '../../records/outcome.ts'
import type { Study } from '../../records/study.ts'
import type { TrialRecord } from '../../records/trial.ts'
import { labelCells } from '../../reports/arm-label.ts'
import { escapeLine } from '../../reports/escape-text.ts'
import { createEstimator } from '../../reports/estimate-counts.ts'
import { rateText } from '../../reports/rate-text.ts'
import type { CellCount } from '../../store/store.ts'
import type { PlannedCell } from '../../trials/plan.ts'

/** What the trials so far come to, a line for each group of cells. */
export interface RunningEstimates {
  count(cell: PlannedCell, record: TrialRecord): void
  lines(): string[]
}

/** More groups than this are not watched, they are scrolled. */
const GROUPS_MAX = 8

type Counted = OutcomeCount[]

export function runningEstimates(run: {
  readonly study: Study
  readonly cells: readonly PlannedCell[]
  readonly stored: readonly CellCount[]
}): RunningEstimates {
  const groups = groupCells(run.cells, run.stored)
  const estimateOf = createEstimator(run.study)
  return {
    count: (cell, record) => {
      const group = groups?.counts.get(groups.nameOf(cell))
      if (group !== undefined) add(group, [{ outcome: outcomeOf(record), trials: 1 }])
    },
    lines: () =>
      [...(groups?.counts ?? [])].flatMap(([name, counted]) => {
        const estimate = estimateOf(counted)
        if (estimate.n === 0) return []
        const words = ENDPOINT_WORDS[estimate.endpoint] ?? estimate.endpoint
        const counts = `${words} ${estimate.k} of ${estimate.n}`
        return [`${counts}: ${rateText(estimate)}  ${name}`]
      }),
  }
}

const ENDPOINT_WORDS: Readonly<Record<string, string>> = {
  resisted: 'stopped it',
  'resisted-all': 'stopped it',
  tampered: 'stopped it or tried to',
  strict: 'did not simply let it happen',
  palisade: 'went past it',
}

/**
 * A running estimate an arm, or an agent and arm where they are few. None where all agents are controls: a rate over a
 * cast of scripts means nothing.
 */
function groupCells(
  cells: readonly PlannedCell[],
  stored: readonly CellCount[],
): { counts: Map<string, Counted>; nameOf(cell: PlannedCell): string } | null {
  if (cells.every(({ control }) => control)) return null
  const labels = labelCells(cells)
  const isOneAgent = new Set(cells.map(({ agent }) => agent)).size === 1
  const byBoth = (cell: PlannedCell): string =>
    [isOneAgent ? '' : labels.agent(cell), labels.arm(cell)]
      .filter((part) => part !== '')
      .map(escapeLine)
      .join('  ')
  const nameOf =
    cells.length <= GROUPS_MAX ? byBoth : (cell: PlannedCell) => escapeLine(labels.arm(cell))
  const counts = new Map<string, Counted>()
  for (const cell of cells) counts.set(nameOf(cell), [])
  if (counts.size > GROUPS_MAX) return null
  for (const cell of stored) {
    const planned = cells.find(
      ({ agent, armHash }) => agent === cell.agent && armHash === cell.armHash,
    )
    const group = planned && counts.get(nameOf(planned))
    if (group !== undefined) add(group, cell.outcomes)
  }
  return { counts, nameOf }
}

/** A run of any length has as few kinds of outcome as a short one: what is the same is counted together. */
function add(group: Counted, counts: readonly OutcomeCount[]): void {
  for (const { outcome, trials } of counts) {
    const name = JSON.stringify(outcome)
    const known = group.find((each) => JSON.stringify(each.outcome) === name)
    if (known === undefined) group.push({ outcome, trials })
    else known.trials += trials
  }
}
