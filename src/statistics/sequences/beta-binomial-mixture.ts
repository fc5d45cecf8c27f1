import type { Counts } from '../counts.ts'

/** A beta distribution of the unknown rate, by which alternatives are weighted. Both above 0. */
export interface BetaPrior {
  readonly a: number
  readonly b: number
}

/** Beta(1/2, 1/2). Why this one: `proportionSequence`. */
export const HALF_PRIOR: BetaPrior = { a: 0.5, b: 0.5 }

/**
 * ln of the beta-binomial mixture martingale against the rate `rate`: what betting on every other
 * rate at once, weighted by the prior, has made of 1 after `k` events in `n` trials,
 *
 *     M(p) = B(k + a, n − k + b) / (B(a, b) · p^k (1 − p)^(n − k)).
 *
 * If p is the true rate, M(p) is a martingale that starts at 1, so it ever reaches 1/α with
 * probability α at most (Ville's inequality). ln M is the sum of `mixtureOffset`, which does not
 * depend on p, and `divergence`. Infinity where the counts cannot happen at that rate.
 *
 * Error below 1e-12, relative where |ln M| is above 1: terms of the order of n cancel before they are computed.
 *
 * Sources: H. Robbins, Statistical methods related to the law of the iterated logarithm, Annals of
 * Mathematical Statistics 41 (1970) 1397–1409; S. R. Howard, A. Ramdas, J. McAuliffe, J. Sekhon,
 * Time-uniform Chernoff bounds via nonnegative supermartingales, Probability Surveys 17 (2020)
 * 257–317, and Time-uniform, nonparametric, nonasymptotic confidence sequences, Annals of Statistics
 * 49 (2021) 1055–1080.
 */
export function logMixture(counts: Counts, rate: number, prior: BetaPrior = HALF_PRIOR): number {
  return mixtureOffset(counts, prior) + divergence(counts, rate)
}

/**
 * ln of the mixture over the greatest likelihood, that is ln M at p = k/n. Never above 0: an average
 * of likelihoods is at most the greatest. Hence k/n is never excluded.
 */
export function mixtureOffset({ k, n }: Counts, { a, b }: BetaPrior = HALF_PRIOR): number {
  // The terms k ln k − k of each ln Γ add up to the greatest likelihood and are left out of all three.
  const ofCounts = gammaRemainder(k, a) + gammaRemainder(n - k, b) - gammaRemainder(n, a + b)
  const ofPrior = gammaRemainder(0, a) + gammaRemainder(0, b) - gammaRemainder(0, a + b)
  return Math.min(0, ofCounts - ofPrior)
}

/**
 * ln of the greatest likelihood over the likelihood of `rate`: n times the Kullback–Leibler
 * divergence of the rate from k/n,
 *
 *     k ln((k/n) / p) + (n − k) ln((1 − k/n) / (1 − p)).
 *
 * 0 at p = k/n, convex in p, Infinity where the counts cannot happen.
 */
export function divergence({ k, n }: Counts, rate: number): number {
  if (n === 0) return 0
  if (k === 0) return -n * Math.log1p(-rate)
  if (k === n) return -n * Math.log(rate)

  // Above one half the complements are subtracted: they keep their digits where the rates are close to 1.
  const away = rate < 0.5 ? rate - k / n : (n - k) / n - (1 - rate)
  const others = n - k
  return (
    k * excess((n * rate) / k, (n * away) / k) +
    others * excess((n * (1 - rate)) / others, (-n * away) / others)
  )
}

/**
 * x − ln r for a ratio r = 1 + x, never below 0. In the sum above the terms x cancel exactly, and small
 * numbers remain. Near 0 only the ratio has its digits, near 1 only x.
 */
function excess(ratio: number, x: number): number {
  return Math.max(0, x - (Math.abs(x) < 0.5 ? Math.log1p(x) : Math.log(ratio)))
}

/** ln Γ(x + a) − x ln x + x, without computing the difference of large numbers. */
function gammaRemainder(x: number, a: number): number {
  const z = x + a
  if (z < 16) return logGammaBelow16(z) - (x === 0 ? 0 : x * Math.log(x)) + x
  return (
    (x === 0 ? 0 : x * Math.log1p(a / x)) - a + (a - 0.5) * Math.log(z) + HALF_LOG_TAU + stirling(z)
  )
}

/** By Γ(z + 1) = z Γ(z) from where Stirling's series is exact to the last digit. */
function logGammaBelow16(z: number): number {
  let product = 1
  let shifted = z
  for (; shifted < 16; shifted++) product *= shifted
  return (
    (shifted - 0.5) * Math.log(shifted) -
    shifted +
    HALF_LOG_TAU +
    stirling(shifted) -
    Math.log(product)
  )
}

const HALF_LOG_TAU = Math.log(2 * Math.PI) / 2

/** ln Γ(z) − (z − 1/2) ln z + z − ln(2π)/2 for z ≥ 16 (https://dlmf.nist.gov/5.11.E1); the next term is below 2e-16. */
function stirling(z: number): number {
  const w = 1 / (z * z)
  return (1 / 12 - w * (1 / 360 - w * (1 / 1260 - w * (1 / 1680 - w / 1188)))) / z
}
