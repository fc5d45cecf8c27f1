import erfc from '@stdlib/math-base-special-erfc'
import { checkLevel } from '../check-level.ts'
import { checkRate } from '../check-rate.ts'
import { checkCounts } from '../counts.ts'
import { criticalValue } from '../critical-value.ts'

/**
 * Power of Fisher's two-sided test with `n` trials in each of two groups, by the formula that
 * `approximateTrialsForDifference` solves for n: with its n′, which is (√n − 1/(δ√n))²,
 *
 *     power = Φ( (δ √n′ − z_α √(2 p̄(1 − p̄))) / √(p₁(1 − p₁) + p₂(1 − p₂)) ).
 *
 * For numbers of trials at which `powerDifference` has too many tables to sum. Rejections in the wrong
 * direction are left out.
 *
 * @throws RangeError for an `n` that is no count, a rate outside [0, 1] or a level outside (0, 1).
 */
export function approximatePowerForDifference({
  n,
  rates: [first, second],
  level = 0.95,
}: {
  readonly n: number
  readonly rates: readonly [number, number]
  readonly level?: number
}): number {
  const aim = 'power of Fisher’s test'
  checkCounts(aim, { k: 0, n })
  checkRate(aim, first)
  checkRate(aim, second)
  checkLevel(aim, level)
  const gap = Math.abs(first - second)
  if (n === 0 || gap === 0) return 0

  const uncorrected = Math.max(0, Math.sqrt(n) - 1 / (gap * Math.sqrt(n)))
  const mean = (first + second) / 2
  const beyond = gap * uncorrected - criticalValue(level) * Math.sqrt(2 * mean * (1 - mean))
  const spread = Math.sqrt(first * (1 - first) + second * (1 - second))
  // Rates of 0 and 1 leave nothing to chance.
  if (spread === 0) return beyond > 0 ? 1 : 0
  return erfc(-beyond / spread / Math.SQRT2) / 2
}
