import type { Counts } from './counts.ts'
import type { Interval } from './interval.ts'
import { wilsonInterval } from './wilson-interval.ts'

/** Two groups, of whose rates the second is taken from the first. */
export interface CountsPair {
  readonly first: Counts
  readonly second: Counts
}

/**
 * Interval of the difference between two differences of independent proportions, (p₁₁ − p₁₂) − (p₂₁ − p₂₂): `first` minus
 * `second`, each its own `first` minus its `second`. Newcombe's method for one difference carried over to four proportions, with
 * the Wilson limits l, u of each and d̂ the observed value:
 *
 *     low  = d̂ − √((p̂₁₁ − l₁₁)² + (u₁₂ − p̂₁₂)² + (u₂₁ − p̂₂₁)² + (p̂₂₂ − l₂₂)²)
 *     high = d̂ + √((u₁₁ − p̂₁₁)² + (p̂₁₂ − l₁₂)² + (p̂₂₁ − l₂₁)² + (u₂₂ − p̂₂₂)²)
 *
 * It lies in [−2, 2]. If any group has no trials nothing is known and the answer is [−2, 2].
 *
 * Sources: R. G. Newcombe, Statistics in Medicine 17 (1998) 873–890, method 10; G. Y. Zou, A. Donner, Construction of confidence
 * limits about effect measures: a general approach, Statistics in Medicine 27 (2008) 1693–1702.
 *
 * @throws RangeError for impossible counts or a level outside (0, 1).
 */
export function differenceInDifferences({
  first,
  second,
  level = 0.95,
}: {
  readonly first: CountsPair
  readonly second: CountsPair
  readonly level?: number
}): Interval {
  const added = [first.first, second.second].map((counts) => distances(counts, level))
  const taken = [first.second, second.first].map((counts) => distances(counts, level))
  if ([...added, ...taken].some(({ n }) => n === 0)) return { low: -2, high: 2 }

  const difference =
    added.reduce((sum, { rate }) => sum + rate, 0) - taken.reduce((sum, { rate }) => sum + rate, 0)
  return {
    low:
      difference -
      Math.hypot(...added.map(({ below }) => below), ...taken.map(({ above }) => above)),
    high:
      difference +
      Math.hypot(...added.map(({ above }) => above), ...taken.map(({ below }) => below)),
  }
}

/** How far the Wilson limits of a rate lie from it. */
function distances(counts: Counts, level: number) {
  const { low, high } = wilsonInterval({ ...counts, level })
  const rate = counts.k / counts.n
  return { n: counts.n, rate, below: rate - low, above: high - rate }
}
