import betaincinv from '@stdlib/math-base-special-betaincinv'
import { checkLevel } from './check-level.ts'
import { type Counts, checkCounts } from './counts.ts'
import type { Interval } from './interval.ts'

/**
 * Jeffreys interval of a proportion: the equal-tailed posterior interval under the prior
 * Beta(1/2, 1/2).
 *
 *     low  = B(α/2;     k + 1/2, n − k + 1/2),  but 0 at k = 0
 *     high = B(1 − α/2; k + 1/2, n − k + 1/2),  but 1 at k = n        (α = 1 − level)
 *
 * where B(q; a, b) is the q-quantile of the beta distribution. The exceptions at the ends keep the
 * tail α/2 on the other side; without them the interval would exclude the very rate that was seen.
 * With no trials the answer is [0, 1]. For levels of one half and more it contains k/n; the median
 * of the posterior is not k/n, so an interval of, say, level 0.01 need not.
 *
 * Absolute error below 1e-11; relative error of a limit below 1e-9 up to ten million trials.
 *
 * Source: L. D. Brown, T. T. Cai, A. DasGupta, Interval estimation for a binomial proportion,
 * Statistical Science 16 (2001) 101–133, §3.1.3.
 *
 * @throws RangeError for impossible counts or a level outside (0, 1).
 */
export function jeffreysInterval({
  k,
  n,
  level = 0.95,
}: Counts & { readonly level?: number }): Interval {
  checkCounts('Jeffreys interval', { k, n })
  checkLevel('Jeffreys interval', level)

  const tail = (1 - level) / 2
  return {
    low: k === 0 ? 0 : betaincinv(tail, k + 0.5, n - k + 0.5),
    // The upper tail itself is inverted: 1 − tail would lose its digits at levels close to 1.
    high: k === n ? 1 : betaincinv(tail, k + 0.5, n - k + 0.5, true),
  }
}
