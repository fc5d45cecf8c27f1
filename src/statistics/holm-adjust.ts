import { checkPValues } from './check-p-values.ts'

/**
 * p-values of one family adjusted by Holm's method, in the order given: rejecting those of at most α makes any false rejection
 * at all in the family no more probable than α, however the tests depend on each other. With the m p-values in ascending order,
 *
 *     adjusted₍ᵢ₎ = max over j ≤ i of min(1, (m − j + 1) p₍ⱼ₎)
 *
 * Agrees with R's `p.adjust(p, "holm")`.
 *
 * Source: S. Holm, A simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6 (1979) 65–70.
 *
 * @throws RangeError for a p outside [0, 1].
 */
export function holmAdjust(pValues: readonly number[]): readonly number[] {
  checkPValues('Holm adjustment', pValues)
  const adjusted: number[] = Array.from(pValues, () => 1)
  const ascending = [...pValues.entries()].toSorted(([, one], [, other]) => one - other)
  let highest = 0
  for (const [before, [place, p]] of ascending.entries()) {
    highest = Math.max(highest, Math.min(1, (pValues.length - before) * p))
    adjusted[place] = highest
  }
  return adjusted
}
