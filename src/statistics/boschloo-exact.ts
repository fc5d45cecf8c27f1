import type { Counts } from './counts.ts'
import { type FisherAlternative, fisherExact } from './fisher-exact.ts'
import { hypergeometricWeights } from './hypergeometric-weights.ts'
import { supremumOfMean } from './supremum-of-mean.ts'

/** Trials in both groups together up to which Boschloo's test is computed: a second or two of work at most. */
export const BOSCHLOO_TRIALS_MAX = 10_000

export interface BoschlooTest {
  readonly p: number
  /**
   * `boschloo`: what it says. `fisher`: there are more than `BOSCHLOO_TRIALS_MAX` trials, and p is Fisher's, which is an upper
   * bound of Boschloo's and close to it in groups of that size. Whoever shows p names the test by this.
   */
  readonly basis: 'boschloo' | 'fisher'
}

/**
 * p-value of Boschloo's exact test that two independent groups share one rate: Fisher's p-value is taken as a mere statistic,
 * and no margin but the two numbers of trials is held fixed:
 *
 *     p = sup over π in [0, 1] of P( Fisher's p of (X₁, X₂) ≤ Fisher's p of (k₁, k₂) ),   Xᵢ binomial with nᵢ trials at π
 *
 * Never above Fisher's p, and at small numbers well below it. `two-sided` orders the tables by Fisher's two-sided p, so that this
 * holds there too; SciPy doubles the smaller one-sided p instead, which may come out above Fisher's. Ties count up to
 * a relative 1e-9.
 *
 * Given their total S = X₁ + X₂ the chance of such a table does not depend on π, so that the sum over all tables is the mean
 * of that chance, w, over a binomial S with n₁ + n₂ trials. Its supremum is found by bisection with a bound
 * (`supremumOfMean`), not by a search that may miss a peak.
 *
 * The answer is in (0, 1], at most a relative 1e-9 above the supremum and not below it but for rounding.
 *
 * Source: R. D. Boschloo, Raised conditional level of significance for the 2 × 2-table when testing the equality of two
 * probabilities, Statistica Neerlandica 24 (1970) 1–35.
 *
 * @throws RangeError for impossible counts.
 */
export function boschlooExact({
  first,
  second,
  alternative = 'two-sided',
}: {
  readonly first: Counts
  readonly second: Counts
  readonly alternative?: FisherAlternative
}): BoschlooTest {
  const fisher = fisherExact({ first, second, alternative })
  const trials = first.n + second.n
  if (trials > BOSCHLOO_TRIALS_MAX) return { p: fisher, basis: 'fisher' }

  const limit = fisher * (1 + 1e-9)
  // Every table is as extreme: also where a group has no trials.
  if (limit >= 1) return { p: 1, basis: 'boschloo' }
  const shares = Array.from({ length: trials + 1 }, (_, events) => {
    const { weights } = hypergeometricWeights({
      firstTrials: first.n,
      secondTrials: second.n,
      events,
      // Far below the tails that make up a Fisher p of that size.
      least: fisher * 1e-20,
    })
    return extremeShare(weights, alternative, limit)
  })
  const p = supremumOfMean(shares)
  return { p: Math.max(Math.min(p, fisher), Number.MIN_VALUE), basis: 'boschloo' }
}

/** The chance, given the total of events, of a table whose Fisher p is at most `limit`: the highest such p, or 0. */
function extremeShare(
  weights: readonly number[],
  alternative: FisherAlternative,
  limit: number,
): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const most = limit * total
  let left = 0
  let right = weights.length - 1
  let within = 0
  while (left <= right) {
    const low = weights[left] ?? 0
    const high = weights[right] ?? 0
    // As `fisherExact` has it, two tables are equally probable up to a relative 1e-7.
    const tolerated = Math.min(low, high) * (1 + 1e-7)
    let next = within
    if (alternative === 'less' || (alternative === 'two-sided' && low <= tolerated)) {
      next += low
      left++
    }
    if (alternative === 'greater' || (alternative === 'two-sided' && high <= tolerated)) {
      next += high
      right--
    }
    if (next > most) break
    within = next
  }
  return within / total
}
