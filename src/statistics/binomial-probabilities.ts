import { binomialWeights } from './binomial-weights.ts'

/** P(k) for k = `lowest`, `lowest` + 1, …; all others are below 1e-40 of the largest. */
export interface Probabilities {
  readonly lowest: number
  readonly probabilities: readonly number[]
}

/** Binomial probabilities of k events in `n` trials at `rate`. They add up to 1; relative error below 1e-12 up to a million trials. */
export function binomialProbabilities({
  n,
  rate,
}: {
  readonly n: number
  readonly rate: number
}): Probabilities {
  const { lowest, weights } = binomialWeights({ n, rate, least: 1e-40 })
  let total = 0
  for (const weight of weights) total += weight
  return { lowest, probabilities: weights.map((weight) => weight / total) }
}

/** P(X ≤ `most`) of such probabilities, summed from the small ones on. */
export function lowerTail({ lowest, probabilities }: Probabilities, most: number): number {
  let tail = 0
  for (let index = 0; index <= most - lowest && index < probabilities.length; index++) {
    tail += probabilities[index] ?? 0
  }
  return Math.min(1, tail)
}
