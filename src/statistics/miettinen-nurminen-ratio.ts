import { checkLevel } from './check-level.ts'
import { type Counts, checkCounts } from './counts.ts'
import { criticalValue } from './critical-value.ts'
import type { Interval } from './interval.ts'
import { ratioScore } from './ratio-score.ts'

/**
 * Miettinen–Nurminen score interval of the ratio R = p₁/p₂ of two independent proportions (`first`
 * over `second`): the R at which the score
 *
 *     z(R) = (p̂₁ − R p̂₂) / √( (p̃₁(1 − p̃₁)/n₁ + R² p̃₂(1 − p̃₂)/n₂) · N/(N − 1) ),   N = n₁ + n₂
 *
 * lies within ±z of the level; p̃₁ = R p̃₂ is the maximum-likelihood estimate under that ratio.
 *
 * Never NaN. Without events in `first`, `low` is 0; without events in `second`, `high` is Infinity
 * (which JSON cannot hold); the other limit keeps its tail of α/2 and is then a one-sided bound of
 * level 1 − α/2. Without events in both, or without trials in either, the answer is [0, Infinity].
 *
 * Source: O. Miettinen, M. Nurminen, Comparative analysis of two rates, Statistics in Medicine 4
 * (1985) 213–226.
 *
 * @throws RangeError for impossible counts or a level outside (0, 1).
 */
export function miettinenNurminenRatio({
  first,
  second,
  level = 0.95,
}: {
  readonly first: Counts
  readonly second: Counts
  readonly level?: number
}): Interval {
  checkCounts('Miettinen–Nurminen interval', first)
  checkCounts('Miettinen–Nurminen interval', second)
  checkLevel('Miettinen–Nurminen interval', level)
  if (first.n === 0 || second.n === 0) return { low: 0, high: Infinity }

  const z = criticalValue(level)
  return {
    low: first.k === 0 ? 0 : ratioWithScore(z, first, second),
    high: second.k === 0 ? Infinity : ratioWithScore(-z, first, second),
  }
}

/**
 * Bisection on log R, where both limits are about equally far from the estimate. The score falls
 * from +∞ to −∞ in log R; only without events in `first` (`second`) does it start (end) at 0, and
 * then the limit on that side is not asked for.
 */
function ratioWithScore(target: number, first: Counts, second: Counts): number {
  const above = (logRatio: number) => ratioScore(Math.exp(logRatio), first, second) > target
  const start = Math.log(((first.k + 0.5) * (second.n + 1)) / ((second.k + 0.5) * (first.n + 1)))

  let low = start - 1
  for (let step = 1; !above(low); step *= 2) low -= step
  let high = start + 1
  for (let step = 1; above(high); step *= 2) high += step

  while (high - low > Number.EPSILON * Math.max(1, Math.abs(low))) {
    const middle = low + (high - low) / 2
    if (above(middle)) low = middle
    else high = middle
  }
  return Math.exp(low)
}
