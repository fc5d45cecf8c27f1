import { checkLevel } from './check-level.ts'
import { type Counts, checkCounts } from './counts.ts'
import { criticalValue } from './critical-value.ts'
import type { Interval } from './interval.ts'

/**
 * Wilson score interval of a proportion, without continuity correction: the rates p that the score
 * test accepts, that is the two roots of
 *
 *     (k/n − p)² = z² p (1 − p) / n        (z: standard normal, P(|Z| ≤ z) = level)
 *
 * With no trials the answer is [0, 1].
 *
 * Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference,
 * Journal of the American Statistical Association 22 (1927) 209–212.
 *
 * @throws RangeError for impossible counts or a level outside (0, 1).
 */
export function wilsonInterval({
  k,
  n,
  level = 0.95,
}: Counts & { readonly level?: number }): Interval {
  checkCounts('Wilson interval', { k, n })
  checkLevel('Wilson interval', level)
  if (n === 0) return { low: 0, high: 1 }

  const z = criticalValue(level)
  const largerRootDoubled = 2 * k + z * z + z * Math.sqrt(z * z + (4 * k * (n - k)) / n)
  return {
    // From the product of the roots, k² / (n (n + z²)): their difference would cancel at small k/n.
    low: k === 0 ? 0 : (2 * k * (k / n)) / largerRootDoubled,
    high: k === n ? 1 : largerRootDoubled / (2 * (n + z * z)),
  }
}
