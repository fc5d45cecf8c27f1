import type { ComparisonReport } from '../../records/comparison.ts'
import { rankIntervals } from '../../statistics/rank-intervals.ts'
import { armKey } from '../../support/cell-key.ts'
import { type CellGroup, countGroup } from './cell-group.ts'
import type { ComparisonTerms } from './compare-cells.ts'

/** Where the agents rank in each arm in which there are two or more, 1 the lowest rate. Withheld after early stopping. */
export function rankAgents(
  groups: readonly CellGroup[],
  { rule, level, basis }: Pick<ComparisonTerms, 'rule' | 'level' | 'basis'>,
): ComparisonReport['ranks'] {
  if (basis === 'sequence') return []
  const arms = Map.groupBy(
    groups.filter(({ control }) => !control),
    ({ arm }) => armKey(arm),
  )
  return [...arms.values()].flatMap((own) => {
    const [first] = own
    if (first === undefined || own.length < 2) return []
    const counts = own.map((group) => countGroup(rule, group))
    const ranks = rankIntervals({ groups: counts.map(({ k, n }) => ({ k, n })), level })
    const agents = own.map(({ agent }, place) => {
      const { k, n } = counts[place] ?? { k: 0, n: 0 }
      const { low, high } = ranks[place] ?? { low: 1, high: own.length }
      return { agent, rate: n === 0 ? null : k / n, low, high }
    })
    return [{ arm: first.arm, agents: agents.toSorted((a, b) => placeOf(a) - placeOf(b)) }]
  })
}

/** By the rates that were seen, those without any last. */
function placeOf({ rate }: { readonly rate: number | null }): number {
  return rate ?? 2
}
