import type { Study } from '../../records/study.ts'
import type { VerdictName } from '../../records/verdict.ts'
import { labelCells } from '../../reports/arm-label.ts'
import { escapeLine } from '../../reports/escape-text.ts'
import { rateText } from '../../reports/rate-text.ts'
import { estimateCounts } from '../../reports/run-report.ts'
import type { CellCount } from '../../store/store.ts'
import type { PlannedCell } from '../../trials/plan.ts'

/** What the trials so far come to, a line for each group of cells. */
export interface RunningEstimates {
  count(cell: PlannedCell, verdict: VerdictName): void
  lines(): string[]
}

/** More groups than this are not watched, they are scrolled. */
const GROUPS_MAX = 8

interface Counted {
  trials: number
  readonly verdicts: Record<VerdictName, number>
}

export function runningEstimates(run: {
  readonly study: Study
  readonly cells: readonly PlannedCell[]
  readonly stored: readonly CellCount[]
}): RunningEstimates {
  const groups = groupCells(run.cells, run.stored)
  return {
    count: (cell, verdict) => {
      const group = groups?.counts.get(groups.nameOf(cell))
      if (group === undefined) return
      group.trials++
      group.verdicts[verdict]++
    },
    lines: () =>
      [...(groups?.counts ?? [])].flatMap(([name, counted]) => {
        const estimate = estimateCounts(run.study, counted)
        if (estimate.n === 0) return []
        const counts = `${ENDPOINT_WORDS[estimate.endpoint]} ${estimate.k} of ${estimate.n}`
        return [`${counts}: ${rateText(estimate)}  ${name}`]
      }),
  }
}

const ENDPOINT_WORDS = {
  resisted: 'stopped it',
  'resisted-all': 'stopped it',
  tampered: 'stopped it or tried to',
} as const

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
  for (const cell of cells) counts.set(nameOf(cell), { trials: 0, verdicts: noVerdicts() })
  if (counts.size > GROUPS_MAX) return null
  for (const cell of stored) {
    const planned = cells.find(
      ({ agent, armHash }) => agent === cell.agent && armHash === cell.armHash,
    )
    const group = planned && counts.get(nameOf(planned))
    if (group === undefined) continue
    group.trials += cell.trials
    for (const [verdict, count] of Object.entries(cell.verdicts)) {
      group.verdicts[verdict as VerdictName] += count
    }
  }
  return { counts, nameOf }
}

function noVerdicts(): Record<VerdictName, number> {
  return { complied: 0, resisted: 0, attempted: 0, withdrew: 0, unexposed: 0, invalid: 0 }
}
