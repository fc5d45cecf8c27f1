import { checkLevel } from '../check-level.ts'
import { checkRate } from '../check-rate.ts'
import { criticalValue } from '../critical-value.ts'

/**
 * Trials of each of two equal groups for a given power of a two-sided test of p₁ = p₂, by the normal
 * approximation; not rounded. With z of the level and of the power, p̄ = (p₁ + p₂)/2, δ = |p₁ − p₂|:
 *
 *     n′ = ( z_α √(2 p̄(1 − p̄)) + z_β √(p₁(1 − p₁) + p₂(1 − p₂)) )² / δ²      χ², uncorrected
 *     n  = n′/4 · (1 + √(1 + 4/(n′ δ)))²                                     Fisher's test
 *
 * Sources: J. L. Fleiss, Statistical methods for rates and proportions, 2nd ed. (1981) §3.2; for the
 * correction J. T. Casagrande, M. C. Pike, P. G. Smith, An improved approximate formula for calculating
 * sample sizes for comparing two binomial distributions, Biometrics 34 (1978) 483–486.
 *
 * @returns `uncorrected` and `corrected`; Infinity where the rates are equal.
 * @throws RangeError for a rate outside [0, 1], or a level or power outside (0, 1).
 */
export function approximateTrialsForDifference({
  rates: [first, second],
  power,
  level = 0.95,
}: {
  readonly rates: readonly [number, number]
  readonly power: number
  readonly level?: number
}): { readonly uncorrected: number; readonly corrected: number } {
  const aim = 'trials for a difference'
  checkRate(aim, first)
  checkRate(aim, second)
  checkLevel(aim, level)
  checkLevel(`${aim} with a power`, power)
  const gap = Math.abs(first - second)
  if (gap === 0) return { uncorrected: Infinity, corrected: Infinity }

  const mean = (first + second) / 2
  const ofLevel = criticalValue(level) * Math.sqrt(2 * mean * (1 - mean))
  // The two-sided critical value of 2·power − 1 is the one-sided of `power`; below one half it is negative.
  const ofPower =
    criticalValue(2 * power - 1) * Math.sqrt(first * (1 - first) + second * (1 - second))
  const uncorrected = (Math.max(0, ofLevel + ofPower) / gap) ** 2
  const corrected = (Math.sqrt(uncorrected) + Math.sqrt(uncorrected + 4 / gap)) ** 2 / 4
  return { uncorrected, corrected }
}
