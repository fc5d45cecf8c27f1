import type { Counts } from './counts.ts'

/**
 * Miettinen and Nurminen's score of the hypothesis that p₁ = R p₂, standard normal where it holds:
 *
 *     z(R) = (p̂₁ − R p̂₂) / √( (p̃₁(1 − p̃₁)/n₁ + R² p̃₂(1 − p̃₂)/n₂) · N/(N − 1) ),   N = n₁ + n₂
 *
 * with p̃₁ = R p̃₂ the maximum-likelihood estimate under it. Both groups have trials, and R > 0.
 *
 * p̃₂ is the smaller root of N R p² − s p + (k₁ + k₂) = 0 with s = (k₁ + n₂) + R (n₁ + k₂). As
 * published, the discriminant s² − 4 N R (k₁ + k₂) and 1 − p̃ cancel when nearly every trial is an
 * event. With u = (k₁ + n₂) − R (n₁ + k₂) and the non-events y = n − k the discriminant is the sum
 * u² + 4 R y₁ y₂, and the complements become sums of non-negative terms too.
 */
export function ratioScore(ratio: number, first: Counts, second: Counts): number {
  const difference = first.k / first.n - ratio * (second.k / second.n)
  // At the estimate itself, also where the variance vanishes with it (every trial an event).
  if (difference === 0) return 0

  const trials = first.n + second.n
  const y1 = first.n - first.k
  const y2 = second.n - second.k
  const firstPart = first.k + second.n
  const secondPart = ratio * (first.n + second.k)
  const u = firstPart - secondPart
  const root = Math.hypot(u, 2 * Math.sqrt(ratio * y1 * y2))
  const largerGap = root + Math.abs(u)
  const smallerGap = largerGap === 0 ? 0 : (4 * ratio * y1 * y2) / largerGap
  const [rootMinusU, rootPlusU] = u > 0 ? [smallerGap, largerGap] : [largerGap, smallerGap]

  const p2 = (2 * (first.k + second.k)) / (firstPart + secondPart + root)
  const p1 = ratio * p2
  const q1 = (2 * y1 + rootPlusU) / (2 * trials)
  const q2 = (2 * ratio * y2 + rootMinusU) / (2 * trials * ratio)
  const variance = (p1 * q1) / first.n + (ratio * ratio * p2 * q2) / second.n
  return difference / Math.sqrt((variance * trials) / (trials - 1))
}
