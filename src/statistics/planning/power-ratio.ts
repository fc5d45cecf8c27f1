import { binomialProbabilities } from '../binomial-probabilities.ts'
import { checkLevel } from '../check-level.ts'
import { checkRate } from '../check-rate.ts'
import { checkCounts } from '../counts.ts'
import { criticalValue } from '../critical-value.ts'
import { ratioScore } from '../ratio-score.ts'
import type { AssumedGroup } from './power-difference.ts'

/**
 * Probability that the lower end of the Miettinen–Nurminen interval of p₁/p₂ comes out above `ratio`,
 * that is, that the first rate is shown to be more than so many times the second, when the groups have
 * the assumed rates. All tables are enumerated but those that together have less than 1e-20.
 *
 * The score rises with events in the first group and falls with events in the second: for each count in
 * the first the largest in the second that still shows it is found by going on from the one before.
 *
 * @param level Of the two-sided interval.
 * @throws RangeError unless `ratio` > 0, for an `n` that is no count, a rate outside [0, 1] or a level outside (0, 1).
 */
export function powerRatio({
  ratio,
  first,
  second,
  level = 0.95,
}: {
  readonly ratio: number
  readonly first: AssumedGroup
  readonly second: AssumedGroup
  readonly level?: number
}): number {
  const aim = 'power of a ratio'
  if (!(ratio > 0 && ratio < Infinity)) {
    throw new RangeError(`Cannot compute ${aim}: ratio must be above 0, but is ${ratio}`)
  }
  for (const { n, rate } of [first, second]) {
    checkCounts(aim, { k: 0, n })
    checkRate(aim, rate)
  }
  checkLevel(aim, level)
  if (first.n === 0 || second.n === 0) return 0

  const z = criticalValue(level)
  const isShown = (k1: number, k2: number) =>
    ratioScore(ratio, { k: k1, n: first.n }, { k: k2, n: second.n }) > z
  const one = binomialProbabilities(first)
  const two = binomialProbabilities(second)

  let power = 0
  let shown = 0
  let shownProbability = 0
  one.probabilities.forEach((probability, index) => {
    const k1 = one.lowest + index
    // Without events in the first group its rate may be 0, and the interval starts there.
    if (k1 === 0) return
    while (shown < two.probabilities.length && isShown(k1, two.lowest + shown)) {
      shownProbability += two.probabilities[shown] ?? 0
      shown++
    }
    power += probability * shownProbability
  })
  return Math.min(1, power)
}
