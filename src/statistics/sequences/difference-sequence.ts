import { checkLevel } from '../check-level.ts'
import { type Counts, checkCounts } from '../counts.ts'
import type { Interval } from '../interval.ts'
import { divergence, mixtureOffset } from './beta-binomial-mixture.ts'
import { boundaryAfter } from './boundary-after.ts'

/**
 * Confidence sequence of the difference p₁ − p₂ (`first` minus `second`) of two streams of trials: the
 * interval after the trials so far. All intervals, however the trials of the two were interleaved and
 * however often one looked, contain the difference together with probability `level` at least.
 *
 *     C = { p₁ − p₂ : M₁(p₁) · M₂(p₂) < 1/α },   α = 1 − level
 *
 * M is the mixture martingale of `logMixture`, each of its own stream. Which stream comes next may
 * depend on all that was seen: each trial multiplies the product by a factor of mean 1, so the product
 * at the true rates is a martingale too, and Ville's inequality holds for it.
 *
 * ln M is convex in p: it is −k ln p − (n − k) ln(1 − p) and a constant. The pairs (p₁, p₂) allowed are
 * therefore a convex set and their differences an interval. Its upper end is where both slopes are the
 * same multiplier λ (Karush–Kuhn–Tucker),
 *
 *     d ln M₁/dp₁ = λ,   d ln M₂/dp₂ = −λ,   ln M₁ + ln M₂ = ln(1/α);
 *
 * each slope is a quadratic equation for its rate, and λ is found by bisection: no inner search. The
 * observed difference is always contained, and all is in [−1, 1]. If either stream has no trials the
 * answer is [−1, 1].
 *
 * Absolute error below 1e-12 up to ten million trials.
 *
 * @throws RangeError for impossible counts or a level outside (0, 1).
 */
export function differenceSequence({
  first,
  second,
  level = 0.95,
}: {
  readonly first: Counts
  readonly second: Counts
  readonly level?: number
}): Interval {
  checkCounts('confidence sequence', first)
  checkCounts('confidence sequence', second)
  checkLevel('confidence sequence', level)
  if (first.n === 0 || second.n === 0) return { low: -1, high: 1 }

  const allowed = -Math.log1p(-level) - (mixtureOffset(first) + mixtureOffset(second))
  const observed = first.k / first.n - second.k / second.n
  return {
    low: Math.min(observed, -largestDifference(second, first, allowed)),
    high: Math.max(observed, largestDifference(first, second, allowed)),
  }
}

/** The largest p₁ − p₂ whose two divergences come to no more than is allowed. */
function largestDifference(first: Counts, second: Counts, allowed: number): number {
  if (first.k === first.n && second.k === 0) return 1

  const isOutside = (logMultiplier: number) => {
    const { upper, lower } = ratesAt(Math.exp(logMultiplier), first, second)
    return divergence(first, upper) + divergence(second, lower) >= allowed
  }
  let inside = 0
  for (let step = 1; isOutside(inside); step *= 2) inside -= step
  const { upper, lower } = ratesAt(Math.exp(boundaryAfter(inside, isOutside)), first, second)
  return upper - lower
}

function ratesAt(
  multiplier: number,
  first: Counts,
  second: Counts,
): { readonly upper: number; readonly lower: number } {
  return {
    upper: 1 - rateAtFall(multiplier, { k: first.n - first.k, n: first.n }),
    lower: rateAtFall(multiplier, second),
  }
}

/**
 * The rate at or below k/n at which ln M falls by λ a unit of p: the smaller root of
 * λ p² − (n + λ) p + k = 0, written so that nothing cancels.
 */
function rateAtFall(multiplier: number, { k, n }: Counts): number {
  const root = Math.hypot(n - multiplier, 2 * Math.sqrt(multiplier * (n - k)))
  return (2 * k) / (n + multiplier + root)
}
