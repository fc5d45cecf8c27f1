import { type Counts, checkCounts } from './counts.ts'
import { hypergeometricWeights } from './hypergeometric-weights.ts'

/** `less`: the odds in `first` are smaller than in `second`; `greater`: they are larger. */
export const FISHER_ALTERNATIVES = ['two-sided', 'less', 'greater'] as const
export type FisherAlternative = (typeof FISHER_ALTERNATIVES)[number]

/**
 * p-value of Fisher's exact test that two independent groups share one rate, given the total
 * number of events. With x the events in the first group and m = k₁ + k₂,
 *
 *     P(x) = C(n₁, x) C(n₂, m − x) / C(n₁ + n₂, m)        max(0, m − n₂) ≤ x ≤ min(n₁, m)
 *
 * `less` sums P over x ≤ k₁, `greater` over x ≥ k₁, `two-sided` over every x no more probable than
 * k₁ (P(x) ≤ P(k₁) · (1 + 1e-7), the tolerance of R's `fisher.test`, so that ties which differ only
 * by rounding are counted).
 *
 * The answer is in (0, 1]: a p too small for a double is given as the smallest positive one, about
 * 5e-324, which is then an upper bound. The time grows with √(n₁ + n₂).
 *
 * Source: R. A. Fisher, The logic of inductive inference, Journal of the Royal Statistical Society
 * 98 (1935) 39–82; two-sided rule: J. O. Irwin, Metron 12 (1935) 83–94.
 *
 * @throws RangeError for impossible counts.
 */
export function fisherExact({
  first,
  second,
  alternative = 'two-sided',
}: {
  readonly first: Counts
  readonly second: Counts
  readonly alternative?: FisherAlternative
}): number {
  checkCounts('Fisher exact test', first)
  checkCounts('Fisher exact test', second)

  const { lowest, weights } = hypergeometricWeights({
    firstTrials: first.n,
    secondTrials: second.n,
    events: first.k + second.k,
  })
  const observed = first.k - lowest
  // An observation outside the list is so improbable that its weight is below every weight there.
  const tolerated = (weights[observed] ?? 0) * (1 + 1e-7)
  const asExtreme = {
    'two-sided': (weight: number) => weight <= tolerated,
    less: (_: number, index: number) => index <= observed,
    greater: (_: number, index: number) => index >= observed,
  }[alternative]

  return Math.max(sum(weights.filter(asExtreme)) / sum(weights), Number.MIN_VALUE)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
