import { binomialProbabilities } from '../binomial-probabilities.ts'
import { checkLevel } from '../check-level.ts'
import { checkRate } from '../check-rate.ts'
import { checkCounts } from '../counts.ts'
import { fisherRejections } from './fisher-rejections.ts'

/** Two groups as they are assumed to be: trials of each, and the rate that it has. */
export interface AssumedGroup {
  readonly n: number
  readonly rate: number
}

/**
 * Power of Fisher's two-sided exact test: the probability that it rejects, in either direction, when
 * the groups have those rates,
 *
 *     Σ P(k₁; n₁, p₁) P(k₂; n₂, p₂)        over all tables with p-value ≤ 1 − level.
 *
 * Enumerated, not approximated; tables that together have less than 1e-15 are left out. For each total
 * of events the test's region is found once, so that a thousand trials a group take milliseconds. At
 * equal rates it is the test's true error level, which is below 1 − `level`.
 *
 * Boschloo's test rejects wherever Fisher's does: this is a lower bound of its power.
 *
 * Absolute error below 1e-12. For m comparisons by Holm the level that the least of them meets is
 * Bonferroni's, 1 − (1 − level)/m.
 *
 * @throws RangeError for an `n` that is no count, a rate outside [0, 1] or a level outside (0, 1).
 */
export function powerDifference({
  first,
  second,
  level = 0.95,
}: {
  readonly first: AssumedGroup
  readonly second: AssumedGroup
  readonly level?: number
}): number {
  const aim = 'power of Fisher’s test'
  for (const { n, rate } of [first, second]) {
    checkCounts(aim, { k: 0, n })
    checkRate(aim, rate)
  }
  checkLevel(aim, level)

  const one = likely(first)
  const two = likely(second)
  let power = 0
  for (let events = one.min + two.min; events <= one.max + two.max; events++) {
    const { low, high } = fisherRejections({
      firstTrials: first.n,
      secondTrials: second.n,
      events,
      alpha: 1 - level,
    })
    const min = Math.max(one.min, events - two.max)
    const max = Math.min(one.max, events - two.min)
    for (let x = min; x <= Math.min(max, low); x++) power += one.at(x) * two.at(events - x)
    for (let x = Math.max(min, high, low + 1); x <= max; x++) {
      power += one.at(x) * two.at(events - x)
    }
  }
  return Math.min(1, power)
}

function likely(group: AssumedGroup): {
  readonly min: number
  readonly max: number
  readonly at: (k: number) => number
} {
  const { lowest, probabilities } = binomialProbabilities(group)
  const isLikely = (probability: number) => probability > 1e-18
  return {
    min: lowest + probabilities.findIndex(isLikely),
    max: lowest + probabilities.findLastIndex(isLikely),
    at: (k) => probabilities[k - lowest] ?? 0,
  }
}
