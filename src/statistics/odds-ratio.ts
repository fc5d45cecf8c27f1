import { checkLevel } from './check-level.ts'
import { type Counts, checkCounts } from './counts.ts'
import { criticalValue } from './critical-value.ts'
import type { Interval } from './interval.ts'

export interface OddsRatio extends Interval {
  /** Infinity where only the divisor is 0, null where both are: nothing but events, or none, in both groups. */
  readonly oddsRatio: number | null
}

/**
 * The odds of an event in `first` over those in `second`, as observed, with Miettinen and Nurminen's score interval. With the
 * events k, the non-events y = n − k and N = n₁ + n₂:
 *
 *     ψ̂ = k₁ y₂ / (y₁ k₂)
 *     { ψ : (k₁ − x)² · (1/x + 1/(n₁ − x) + 1/(m − x) + 1/(n₂ − m + x)) ≤ z² N / (N − 1) },   m = k₁ + k₂
 *
 * where x is the number of events expected in `first` under ψ with both margins as observed: x (n₂ − m + x) = ψ (n₁ − x)(m − x).
 * Without the factor N / (N − 1) it is Cornfield's interval. It contains ψ̂. The exact
 * interval of R's `fisher.test` is one of another, conditional odds ratio, and as a rule wider.
 *
 * Never NaN. `low` is 0 where k₁ y₂ = 0, `high` is Infinity (which JSON cannot hold) where y₁ k₂ = 0; the other limit keeps its tail
 * of α/2. Without trials in either group, or where every trial or none is an event, the answer is [0, Infinity].
 *
 * Sources: O. Miettinen, M. Nurminen, Comparative analysis of two rates, Statistics in Medicine 4 (1985) 213–226;
 * J. Cornfield, A statistical problem arising from retrospective studies, Proceedings of the Third Berkeley Symposium 4 (1956)
 * 135–148.
 *
 * @throws RangeError for impossible counts or a level outside (0, 1).
 */
export function oddsRatio({
  first,
  second,
  level = 0.95,
}: {
  readonly first: Counts
  readonly second: Counts
  readonly level?: number
}): OddsRatio {
  checkCounts('odds ratio', first)
  checkCounts('odds ratio', second)
  checkLevel('odds ratio', level)

  const trials = first.n + second.n
  const most = (criticalValue(level) ** 2 * trials) / (trials - 1)
  return {
    oddsRatio: ratioOf(first, second),
    low: first.n === 0 || second.n === 0 ? 0 : lowerLimit(first, second, most),
    high: first.n === 0 || second.n === 0 ? Infinity : 1 / lowerLimit(second, first, most),
  }
}

function ratioOf(first: Counts, second: Counts): number | null {
  const over = first.k * (second.n - second.k)
  const under = (first.n - first.k) * second.k
  return over === 0 && under === 0 ? null : over / under
}

/**
 * The table that belongs to the limit has d = k₁ − x events fewer in `first`, and more in `second`. The statistic rises with d,
 * each of its terms does, from 0 to beyond any bound as a cell comes near 0; bisection finds d to the last digit.
 */
function lowerLimit(first: Counts, second: Counts, most: number): number {
  const k1 = first.k
  const y1 = first.n - first.k
  const k2 = second.k
  const y2 = second.n - second.k
  if (k1 === 0 || y2 === 0) return 0

  let within = 0
  let beyond = Math.min(k1, y2)
  for (;;) {
    const d = within + (beyond - within) / 2
    if (d <= within || d >= beyond) break
    const statistic = d * d * (1 / (k1 - d) + 1 / (y2 - d) + 1 / (y1 + d) + 1 / (k2 + d))
    if (statistic <= most) within = d
    else beyond = d
  }
  return ((k1 - within) * (y2 - within)) / ((y1 + within) * (k2 + within))
}
