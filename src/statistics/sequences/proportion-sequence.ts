import { checkLevel } from '../check-level.ts'
import { type Counts, checkCounts } from '../counts.ts'
import type { Interval } from '../interval.ts'
import { type BetaPrior, divergence, HALF_PRIOR, mixtureOffset } from './beta-binomial-mixture.ts'
import { boundaryAfter } from './boundary-after.ts'

/**
 * Confidence sequence of a proportion: the interval after `n` trials of one stream of them. All the
 * intervals of the stream, at every n from 1 on, contain the rate together with probability `level`
 * at least. So one may look after each trial, or whenever one likes, and stop for whatever reason.
 *
 *     C = { p : B(k + a, n − k + b) / (B(a, b) · p^k (1 − p)^(n − k)) < 1/α },   a = b = 1/2,  α = 1 − level
 *
 * As −ln of the likelihood is convex in p this is an interval, and k/n lies in it. With k = 0 and with
 * k = n the limits have closed forms; the others are found by bisection in the log-odds of p.
 * With no trials the answer is [0, 1].
 *
 * The prior weights the alternatives that are bet upon; it is no belief about the rate, and any prior
 * gives the same guarantee. Beta(1/2, 1/2) costs at most ½ ln n + ln 2 against the best single bet,
 * whatever the rate (R. E. Krichevsky, V. K. Trofimov, The performance of universal encoding, IEEE
 * Transactions on Information Theory 27 (1981) 199–207); the flat prior costs ln(n + 1) at rates of 0
 * and 1. Measured widths beside those of other priors: docs/statistics.md, "Reproduced tables".
 *
 * The intersection of all intervals up to now is valid as well and at most as wide, but it can become
 * empty, and it depends on when one looked: it is left to the caller. An interval here depends on the
 * counts alone.
 *
 * Relative error of a limit below 1e-12 up to ten million trials.
 *
 * Sources: those of `logMixture`; as prior over posterior: I. Waudby-Smith, A. Ramdas, Confidence
 * sequences for sampling without replacement, NeurIPS 33 (2020), §2.
 *
 * @param counts `prior` for comparing priors: it must be chosen before the first trial.
 * @throws RangeError for impossible counts or a level outside (0, 1).
 */
export function proportionSequence({
  k,
  n,
  level = 0.95,
  prior = HALF_PRIOR,
}: Counts & { readonly level?: number; readonly prior?: BetaPrior }): Interval {
  checkCounts('confidence sequence', { k, n })
  checkLevel('confidence sequence', level)
  if (n === 0) return { low: 0, high: 1 }

  const allowed = -Math.log1p(-level) - mixtureOffset({ k, n }, prior)
  if (k === 0) return { low: 0, high: -Math.expm1(-allowed / n) }
  if (k === n) return { low: Math.exp(-allowed / n), high: 1 }
  return {
    low: Math.min(k / n, limitBeyond({ k, n }, allowed, -1)),
    high: Math.max(k / n, limitBeyond({ k, n }, allowed, 1)),
  }
}

/** The rate on one side of k/n at which the divergence has grown to what is allowed. */
function limitBeyond({ k, n }: Counts, allowed: number, side: -1 | 1): number {
  const start = Math.log(k) - Math.log(n - k)
  const away = boundaryAfter(
    0,
    (step) => divergence({ k, n }, rateAt(start + side * step)) >= allowed,
  )
  return rateAt(start + side * away)
}

function rateAt(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds))
}
