import erfc from '@stdlib/math-base-special-erfc'

/**
 * P(X > x) for X chi-square with `df` degrees of freedom, a whole number, by the finite sums
 *
 *     df even:  e^(−x/2) · Σ_{j<df/2} (x/2)^j / j!
 *     df odd:   erfc(√(x/2)) + e^(−x/2) · Σ_{j<(df−1)/2} (x/2)^(j+½) / Γ(j + 3/2)
 *
 * Source: M. Abramowitz and I. A. Stegun, Handbook of Mathematical Functions (1964), 26.4.4 and 26.4.5.
 *
 * @throws RangeError unless x ≥ 0 and `df` is a whole number, 1 or more.
 */
export function chiSquareTail(x: number, df: number): number {
  if (!(x >= 0)) throw new RangeError(`Chi-square must be 0 or more, but is ${x}`)
  if (!Number.isSafeInteger(df) || df < 1) {
    throw new RangeError(`Degrees of freedom must be a whole number, 1 or more, but is ${df}`)
  }
  if (x === Number.POSITIVE_INFINITY) return 0
  const half = x / 2
  const odd = df % 2 === 1
  // Each term times e^(−x/2), so that nothing overflows: x^j does before e^(−x/2) makes it small.
  let logTerm = odd ? Math.log(half) / 2 - Math.log(Math.sqrt(Math.PI) / 2) - half : -half
  let sum = odd ? erfc(Math.sqrt(half)) : 0
  for (let j = 0; j < Math.floor(df / 2); j++) {
    sum += Math.exp(logTerm)
    logTerm += Math.log(half) - Math.log(j + (odd ? 1.5 : 1))
  }
  return Math.min(1, sum)
}
