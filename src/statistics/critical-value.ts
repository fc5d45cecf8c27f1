import erfcinv from '@stdlib/math-base-special-erfcinv'

/**
 * The z with P(|Z| ≤ z) = `level` for a standard normal Z: 1.959963984540054 at 0.95.
 *
 * z = √2 · erfc⁻¹(1 − level). The complement is inverted, and not the normal quantile at
 * (1 + level)/2, because that argument is rounded next to 1: at level 1 − 1e-9 the rounding alone
 * would cost seven of the sixteen digits.
 */
export function criticalValue(level: number): number {
  return Math.SQRT2 * erfcinv(1 - level)
}
