import { type Weights, walkFromMode } from './walk-from-mode.ts'

/**
 * Numbers proportional to the binomial probabilities of k events in `n` trials at `rate`.
 *
 * @param least Where to stop, as a share of the most probable: see `walkFromMode`.
 */
export function binomialWeights({
  n,
  rate,
  least = 0,
}: {
  readonly n: number
  readonly rate: number
  readonly least?: number
}): Weights {
  const odds = rate / (1 - rate)
  return walkFromMode({
    mode: Math.floor((n + 1) * rate),
    min: 0,
    max: n,
    ratioAbove: (k) => ((n - k) / (k + 1)) * odds,
    ratioBelow: (k) => k / (n - k + 1) / odds,
    least,
  })
}
