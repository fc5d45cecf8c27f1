import type { BinomialRow } from './binomial-design.ts'
import { expit, logisticVariance } from './logistic.ts'
import { entry } from './matrix.ts'

/**
 * How much must be added to every predictor so that the rates it predicts average to the observed one: the root of
 * Σ n·expit(η + δ) = Σ k, which is the estimate of the intercept by plain maximum likelihood with the rest held.
 *
 * Firth’s penalty draws predicted rates towards one half. With δ added to the intercept (FLIC) they are right on average, and
 * the odds ratios stay as they are.
 *
 * Source: R. Puhr, G. Heinze, M. Nold, L. Lusa and A. Geroldinger, Firth’s logistic regression with rare events: accurate effect
 * estimates and predictions?, Statistics in Medicine 36 (2017) 2302–2317, section 2.2.
 *
 * @param predictors η of each row, in log odds
 * @returns −Infinity where there is no event, Infinity where there is nothing else: then all rates are as observed, 0 or 1.
 * @throws RangeError where nothing was counted.
 */
export function correctIntercept(
  rows: readonly Pick<BinomialRow, 'k' | 'n'>[],
  predictors: readonly number[],
): number {
  const counted = rows
    .map(({ k, n }, place) => ({ k, n, predictor: entry(predictors, place) }))
    .filter(({ n }) => n > 0)
  const events = counted.reduce((sum, { k }) => sum + k, 0)
  const trials = counted.reduce((sum, { n }) => sum + n, 0)
  if (trials === 0) throw new RangeError('Cannot correct an intercept: nothing was counted')
  if (events === 0) return Number.NEGATIVE_INFINITY
  if (events === trials) return Number.POSITIVE_INFINITY

  const wanted = Math.log(events / (trials - events))
  const all = counted.map(({ predictor }) => predictor)
  // Were all predictors equal, δ would be the distance to them: it lies between the two ends.
  let low = wanted - Math.max(...all)
  let high = wanted - Math.min(...all)
  let delta = (low + high) / 2
  for (let steps = 0; steps < 200; steps++) {
    let excess = 0
    let slope = 0
    for (const { k, n, predictor } of counted) {
      excess += (n - k) * expit(predictor + delta) - k * expit(-predictor - delta)
      slope += n * logisticVariance(predictor + delta)
    }
    if (excess > 0) high = delta
    else low = delta
    const next = delta - excess / slope
    const inside = next > low && next < high ? next : (low + high) / 2
    if (Math.abs(inside - delta) <= 1e-15 * (1 + Math.abs(delta))) return inside
    delta = inside
  }
  return delta
}
