import { type Weights, walkFromMode } from './walk-from-mode.ts'

/**
 * Numbers proportional to the hypergeometric probabilities C(n₁, x) C(n₂, m − x) of x events in the first group, given `events`
 * = m in both together.
 *
 * @param least Where to stop, as a share of the most probable: see `walkFromMode`.
 */
export function hypergeometricWeights({
  firstTrials,
  secondTrials,
  events,
  least = 0,
}: {
  readonly firstTrials: number
  readonly secondTrials: number
  readonly events: number
  readonly least?: number
}): Weights {
  const spare = secondTrials - events
  return walkFromMode({
    mode: Math.floor(((events + 1) * (firstTrials + 1)) / (firstTrials + secondTrials + 2)),
    min: Math.max(0, -spare),
    max: Math.min(firstTrials, events),
    ratioAbove: (x) => ((firstTrials - x) * (events - x)) / ((x + 1) * (spare + x + 1)),
    ratioBelow: (x) => (x * (spare + x)) / ((firstTrials - x + 1) * (events - x + 1)),
    least,
  })
}
