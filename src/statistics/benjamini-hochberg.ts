import { checkPValues } from './check-p-values.ts'

/**
 * p-values of one family adjusted by Benjamini and Hochberg's method, in the order given: of the hypotheses with at most q, a share
 * of at most q is expected to be rejected wrongly, if the tests are independent or depend positively. With the m p-values in
 * ascending order,
 *
 *     adjusted₍ᵢ₎ = min over j ≥ i of min(1, m p₍ⱼ₎ / j)
 *
 * Agrees with R's `p.adjust(p, "BH")`. Intervals of what was selected in this way: `falseCoverageLevel`.
 *
 * Sources: Y. Benjamini, Y. Hochberg, Controlling the false discovery rate, Journal of the Royal Statistical Society B 57
 * (1995) 289–300; dependence: Y. Benjamini, D. Yekutieli, Annals of Statistics 29 (2001) 1165–1188.
 *
 * @throws RangeError for a p outside [0, 1].
 */
export function benjaminiHochberg(pValues: readonly number[]): readonly number[] {
  checkPValues('Benjamini–Hochberg adjustment', pValues)
  const adjusted: number[] = Array.from(pValues, () => 1)
  const descending = [...pValues.entries()].toSorted(([, one], [, other]) => other - one)
  let lowest = 1
  for (const [before, [place, p]] of descending.entries()) {
    lowest = Math.min(lowest, (pValues.length / (pValues.length - before)) * p)
    adjusted[place] = lowest
  }
  return adjusted
}
