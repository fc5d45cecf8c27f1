import { type Counts, checkCounts } from './counts.ts'
import type { Interval } from './interval.ts'
import { type ProportionMethod, proportionInterval } from './proportion-interval.ts'

/**
 * How far the rate could lie from the estimate if the `m` trials whose outcome is unknown had all
 * gone one way, sampling error included:
 *
 *     low  = lower limit of the interval of  k      / (n + m)    none of them was an event
 *     high = upper limit of the interval of (k + m) / (n + m)    all of them were
 *
 * Nothing is assumed about why they are missing, so a fault that goes with the outcome (an agent
 * that breaks its sandbox by resisting) cannot hide behind its exclusion.
 * These are Manski's worst-case bounds with each end widened to its confidence limit. With `m` = 0
 * they are the interval itself.
 *
 * Source: C. F. Manski, Nonparametric bounds on treatment effects, American Economic Review 80(2)
 * (1990) 319–323; limits at the ends as in J. L. Horowitz, C. F. Manski, Nonparametric analysis of
 * randomized experiments with missing covariate and outcome data, JASA 95 (2000) 77–84.
 *
 * @param counts `k` events among the `n` trials with a known outcome; `m` further trials without.
 * @throws RangeError for impossible counts or a level outside (0, 1).
 */
export function missingBounds({
  k,
  n,
  m,
  level = 0.95,
  method = 'jeffreys',
}: Counts & {
  readonly m: number
  readonly level?: number
  readonly method?: ProportionMethod
}): Interval {
  // Before m is added: the sums of impossible counts can look possible (k = 5, n = 3, m = 4).
  checkCounts('missing bounds', { k, n })
  if (!Number.isSafeInteger(m) || m < 0) {
    throw new RangeError(
      `Cannot compute missing bounds: m must be a whole number, 0 or more, but is ${m}`,
    )
  }

  const noneWere = proportionInterval({ k, n: n + m, level, method })
  const allWere = proportionInterval({ k: k + m, n: n + m, level, method })
  return { low: noneWere.low, high: allWere.high }
}
