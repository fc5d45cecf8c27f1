import { checkLevel } from './check-level.ts'
import { type Counts, checkCounts } from './counts.ts'
import { fisherExact } from './fisher-exact.ts'
import { holmAdjust } from './holm-adjust.ts'

/** Where one group ranks among several; rank 1 has the lowest rate, and equal rates share the lower rank. */
export interface RankInterval {
  /** By the observed rates, among the groups that have trials. Null without trials. */
  readonly rank: number | null
  readonly low: number
  readonly high: number
}

/**
 * Ranks of several independent proportions, with intervals that all hold together with at least `level`. With K groups,
 *
 *     low_j  = 1 + number of groups shown to have a lower rate than j
 *     high_j = K − number of groups shown to have a higher one
 *
 * "Shown" is by the one-sided Fisher tests of all K (K − 1) ordered pairs, adjusted together by Holm's method at 1 − `level`:
 * with probability `level` no order at all is shown wrongly, and then no interval is wrong. A group without trials is never
 * shown to be anywhere, and gets all ranks.
 *
 * Mogstad and others derive ranks from simultaneous inference on the pairwise differences. That tells more groups apart than
 * counting which of the single intervals overlap (Klein and others), because a difference has a smaller error than the two
 * intervals added. They resample; with counts as small as ours tests that are exact need no large numbers, and so the promise holds
 * at any.
 *
 * Sources: M. Mogstad, J. P. Romano, A. M. Shaikh, D. Wilhelm, Inference for ranks with applications to mobility across
 * neighbourhoods and academic achievement across countries, Review of Economic Studies 91 (2024) 476–518; not taken:
 * M. Klein, T. Wright, J. Wieczorek, A joint confidence region for an overall ranking of populations, Applied Statistics 69
 * (2020) 589–606.
 *
 * @throws RangeError for impossible counts or a level outside (0, 1).
 */
export function rankIntervals({
  groups,
  level = 0.95,
}: {
  readonly groups: readonly Counts[]
  readonly level?: number
}): readonly RankInterval[] {
  checkLevel('rank intervals', level)
  for (const counts of groups) checkCounts('rank intervals', counts)

  const shown = shownOrders(groups, 1 - level)
  return groups.map((group, place) => ({
    rank: group.n === 0 ? null : 1 + groups.filter((other) => isLower(other, group)).length,
    low: 1 + shown.filter(({ higher }) => higher === place).length,
    high: groups.length - shown.filter(({ lower }) => lower === place).length,
  }))
}

/** The places of two groups of which the rate of one is shown to be lower. */
interface Order {
  readonly lower: number
  readonly higher: number
}

function shownOrders(groups: readonly Counts[], error: number): readonly Order[] {
  const orders = groups.flatMap((first, lower) => {
    return groups.flatMap((second, higher) => {
      if (lower === higher) return []
      // Against the order that was seen nothing can be shown; at odd levels (below one half) a test might.
      const p = isLower(first, second) ? fisherExact({ first, second, alternative: 'less' }) : 1
      return [{ lower, higher, p }]
    })
  })
  const adjusted = holmAdjust(orders.map(({ p }) => p))
  return orders.filter(({ p }, place) => p < 1 && (adjusted[place] ?? 1) <= error)
}

/** Whether the observed rate is lower. Products, not quotients: equal rates are to come out as such. Never without trials. */
function isLower(one: Counts, other: Counts): boolean {
  return one.k * other.n < other.k * one.n
}
