import type { Counts } from './counts.ts'
import type { Interval } from './interval.ts'
import { wilsonInterval } from './wilson-interval.ts'

/**
 * Newcombe's hybrid score interval of the difference p₁ − p₂ of two independent proportions
 * (`first` minus `second`), built from the Wilson limits l, u of each:
 *
 *     low  = (p̂₁ − p̂₂) − √((p̂₁ − l₁)² + (u₂ − p̂₂)²)
 *     high = (p̂₁ − p̂₂) + √((u₁ − p̂₁)² + (p̂₂ − l₂)²)
 *
 * It lies in [−1, 1]. If either group has no trials nothing is known and the answer is [−1, 1].
 *
 * Source: R. G. Newcombe, Interval estimation for the difference between independent proportions:
 * comparison of eleven methods, Statistics in Medicine 17 (1998) 873–890, method 10.
 *
 * @throws RangeError for impossible counts or a level outside (0, 1).
 */
export function newcombeDifference({
  first,
  second,
  level = 0.95,
}: {
  readonly first: Counts
  readonly second: Counts
  readonly level?: number
}): Interval {
  const wilson1 = wilsonInterval({ ...first, level })
  const wilson2 = wilsonInterval({ ...second, level })
  if (first.n === 0 || second.n === 0) return { low: -1, high: 1 }

  const rate1 = first.k / first.n
  const rate2 = second.k / second.n
  return {
    low: rate1 - rate2 - Math.hypot(rate1 - wilson1.low, wilson2.high - rate2),
    high: rate1 - rate2 + Math.hypot(wilson1.high - rate1, rate2 - wilson2.low),
  }
}
