import { hypergeometricWeights } from '../hypergeometric-weights.ts'

/**
 * The counts in the first group at which Fisher's two-sided test rejects, given `events` in both groups
 * together: those up to `low`, and those from `high` on. The p-value falls with the distance from the
 * mode on either side, so that there are no others. It rejects where p ≤ `alpha`; a p that differs from
 * `alpha` by rounding alone is equal to it.
 *
 * One pass over each tail, with the tie rule of `fisherExact`.
 */
export function fisherRejections({
  firstTrials,
  secondTrials,
  events,
  alpha,
}: {
  readonly firstTrials: number
  readonly secondTrials: number
  readonly events: number
  readonly alpha: number
}): { readonly low: number; readonly high: number } {
  const { lowest, weights } = hypergeometricWeights({
    firstTrials,
    secondTrials,
    events,
    // What is cut off is below a billionth of a billionth of the tail that is tested for.
    least: alpha * 1e-18,
  })
  let total = 0
  for (const weight of weights) total += weight
  const allowed = alpha * (1 + 1e-12) * total

  const last = weights.length - 1
  return {
    low: lowest + rejectedFromEnd(weights.length, (place) => weights[place] ?? 0, allowed) - 1,
    high:
      lowest +
      last -
      rejectedFromEnd(weights.length, (place) => weights[last - place] ?? 0, allowed) +
      1,
  }
}

/** How many of the counts from one end on are rejected; `weightAt` counts from that end. */
function rejectedFromEnd(
  length: number,
  weightAt: (place: number) => number,
  allowed: number,
): number {
  let near = 0
  let far = 0
  let taken = 0
  for (let place = 0; place < length; place++) {
    const weight = weightAt(place)
    near += weight
    const tolerated = weight * (1 + 1e-7)
    while (far < length && weightAt(length - 1 - far) <= tolerated) {
      taken += weightAt(length - 1 - far)
      far++
    }
    if (near + taken > allowed) return place
  }
  return length
}
