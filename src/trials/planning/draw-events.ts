import { binomialProbabilities } from '../../statistics/binomial-probabilities.ts'
import type { Random } from '../../support/random.ts'

/** Draws events in `n` trials at a rate, by the inverse of their distribution, which is kept for the next time. */
export function eventsDrawer(random: Random): (n: number, rate: number) => number {
  const known = new Map<string, Distribution>()
  return (n, rate) => {
    if (n === 0) return 0
    const key = `${n}|${rate}`
    const distribution = known.get(key) ?? distributionOf(n, rate)
    known.set(key, distribution)
    const { lowest, sums } = distribution
    const drawn = random.next()
    let from = 0
    let to = sums.length - 1 // The last sum is 1 but for its rounding.
    while (from < to) {
      const middle = Math.floor((from + to) / 2)
      if (drawn < (sums[middle] ?? 1)) to = middle
      else from = middle + 1
    }
    return lowest + from
  }
}

interface Distribution {
  readonly lowest: number
  /** P(X ≤ lowest), P(X ≤ lowest + 1), … */
  readonly sums: Float64Array
}

function distributionOf(n: number, rate: number): Distribution {
  const { lowest, probabilities } = binomialProbabilities({ n, rate })
  let sum = 0
  return { lowest, sums: Float64Array.from(probabilities, (probability) => (sum += probability)) }
}
