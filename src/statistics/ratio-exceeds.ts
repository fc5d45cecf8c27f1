import erfc from '@stdlib/math-base-special-erfc'
import { type Counts, checkCounts } from './counts.ts'
import { ratioScore } from './ratio-score.ts'

/**
 * One-sided p-value against the claim that the rate in `first` is more than `ratio` times that in `second` ("more than double"):
 * the chance, at p₁ = `ratio` · p₂, of a score as high as the one seen,
 *
 *     p = 1 − Φ(z(ratio)),   z Miettinen and Nurminen's score (`ratioScore`)
 *
 * It is at most α/2 exactly where the lower limit of `miettinenNurminenRatio` at level 1 − α is at least `ratio`. Zero events in
 * `second` are no obstacle: the claim can then be shown for any ratio that the limit excludes. Without events in
 * either group, or without trials in one, nothing is shown and p is 1.
 *
 * The answer is in (0, 1]; it rests on the normal approximation of the score.
 *
 * Source: O. Miettinen, M. Nurminen, Comparative analysis of two rates, Statistics in Medicine 4
 * (1985) 213–226.
 *
 * @throws RangeError for impossible counts, or a ratio that is not above 0 and finite.
 */
export function ratioExceeds({
  first,
  second,
  ratio,
}: {
  readonly first: Counts
  readonly second: Counts
  readonly ratio: number
}): number {
  checkCounts('test of a ratio', first)
  checkCounts('test of a ratio', second)
  if (!(ratio > 0 && ratio < Infinity)) {
    throw new RangeError(
      `Cannot compute test of a ratio: ratio must be a number above 0, but is ${ratio}`,
    )
  }
  if (first.n === 0 || second.n === 0 || first.k + second.k === 0) return 1
  // The same score either way round; the square of a ratio below 1 cannot overflow.
  const score =
    ratio <= 1 ? ratioScore(ratio, first, second) : -ratioScore(1 / ratio, second, first)
  return Math.max(erfc(score / Math.SQRT2) / 2, Number.MIN_VALUE)
}
