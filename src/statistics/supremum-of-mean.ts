import { binomialWeights } from './binomial-weights.ts'

/**
 * The supremum, over all rates, of the mean of `values[S]` where S is binomial with `values.length` − 1 trials at that rate.
 * The values lie in [0, 1]. The answer is above it by at most a relative 1e-10, and not below but for rounding.
 *
 * In the angle θ with rate = sin²θ the mean g has a bounded second derivative, |g″| ≤ 10 N max w (N trials, values w), so that
 * between two points a distance h apart it stays below the higher one plus 10 N max w · h²/8. Stretches that cannot reach
 * the highest value found are dropped, the others halved, until that addition is negligible. Any number of peaks is allowed.
 *
 * The bound. Write p for the rate, q = 1 − p, f(p) = g(θ); then g″ = 4pq f″ + 2(q − p) f′. For p ≤ 1/N (q ≤ 1/N alike) the
 * differences of w bound the derivatives of f: |f′| ≤ N max w and |f″| ≤ 2N² max w, together 10 N max w. Elsewhere
 * g″ = E[w_S Y] with Y = (4((S − Np)² − Npq) − 2(q − p)(S − Np)) / pq. As E Y = 0, |g″| ≤ max w · E|Y| / 2, and
 * E|Y| ≤ √E[Y²] = √(32N² − 48N + 4N/pq) < 6.4 N.
 */
export function supremumOfMean(values: readonly number[]): number {
  const trials = values.length - 1
  const bend = (10 * trials * values.reduce((most, value) => Math.max(most, value), 0)) / 8
  const meanAt = (angle: number): number => binomialMean(values, Math.sin(angle) ** 2)

  const pieces = 4 + Math.ceil(2 * Math.sqrt(trials))
  let width = Math.PI / 2 / pieces
  const means = Array.from({ length: pieces + 1 }, (_, index) => meanAt(index * width))
  let highest = means.reduce((most, mean) => Math.max(most, mean), 0)
  let stretches = means.slice(1).map((atEnd, index) => {
    return { start: index * width, atStart: means[index] ?? 0, atEnd }
  })

  while (bend * width ** 2 > 1e-10 * highest) {
    const excess = bend * width ** 2
    width /= 2
    const halves = []
    for (const { start, atStart, atEnd } of stretches) {
      if (Math.max(atStart, atEnd) + excess <= highest) continue
      const middle = start + width
      const atMiddle = meanAt(middle)
      highest = Math.max(highest, atMiddle)
      halves.push({ start, atStart, atEnd: atMiddle }, { start: middle, atStart: atMiddle, atEnd })
    }
    stretches = halves
  }
  return highest + bend * width ** 2
}

function binomialMean(values: readonly number[], rate: number): number {
  const n = values.length - 1
  // The highest mean is at least max w / √(6N), so that nothing is lost with tails of this size.
  const { lowest, weights } = binomialWeights({ n, rate, least: 2 ** -80 })
  let total = 0
  let mean = 0
  for (const [index, weight] of weights.entries()) {
    total += weight
    mean += weight * (values[lowest + index] ?? 0)
  }
  return mean / total
}
