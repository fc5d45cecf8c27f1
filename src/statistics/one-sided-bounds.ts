import betaincinv from '@stdlib/math-base-special-betaincinv'
import { checkLevel } from './check-level.ts'
import { type Counts, checkCounts } from './counts.ts'

/** Two bounds of one proportion, each of the level by itself; together they are an interval of twice the error. */
export interface OneSidedBounds {
  /** The rate is at least this. */
  readonly lower: number
  /** The rate is at most this. */
  readonly upper: number
}

/**
 * Clopper and Pearson's one-sided bounds of a proportion: the rates at which as many events (as few events) as were seen have
 * a probability of α = 1 − level. Each holds with at least `level` at every rate.
 *
 *     lower = B(α;     k,     n − k + 1),  0 at k = 0
 *     upper = B(1 − α; k + 1, n − k),      1 at k = n
 *
 * where B(q; a, b) is the q-quantile of the beta distribution. Without an event, upper = 1 − α^(1/n): at 95 %, 299 trials are the
 * fewest that show a rate of at most 1 %. With no trials the bounds are 0 and 1.
 *
 * Absolute error below 1e-11; relative error of a bound below 1e-9 up to ten million trials.
 *
 * Source: C. J. Clopper, E. S. Pearson, The use of confidence or fiducial limits illustrated in the
 * case of the binomial, Biometrika 26 (1934) 404–413.
 *
 * @throws RangeError for impossible counts or a level outside (0, 1).
 */
export function oneSidedBounds({
  k,
  n,
  level = 0.95,
}: Counts & { readonly level?: number }): OneSidedBounds {
  checkCounts('one-sided bounds', { k, n })
  checkLevel('one-sided bounds', level)

  const tail = 1 - level
  return {
    lower: k === 0 ? 0 : betaincinv(tail, k, n - k + 1),
    // The upper tail itself is inverted: 1 − tail would lose its digits at levels close to 1.
    upper: k === n ? 1 : betaincinv(tail, k + 1, n - k, true),
  }
}
