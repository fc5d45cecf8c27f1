import type { Counts } from '../counts.ts'
import { divergence, mixtureOffset } from '../sequences/beta-binomial-mixture.ts'

/**
 * Whether the confidence sequence of a difference (`differenceSequence`) excludes 0, without computing
 * its limits. It contains 0 if M₁(p) · M₂(p) < 1/α for some p, and that product is smallest where the
 * common likelihood is greatest, at the pooled rate: one evaluation instead of two searches.
 */
export function isDifferenceShown({
  first,
  second,
  level,
}: {
  readonly first: Counts
  readonly second: Counts
  readonly level: number
}): boolean {
  if (first.n === 0 || second.n === 0) return false
  const pooled = (first.k + second.k) / (first.n + second.n)
  const atPooled =
    mixtureOffset(first) +
    mixtureOffset(second) +
    divergence(first, pooled) +
    divergence(second, pooled)
  return atPooled >= -Math.log1p(-level)
}
