import { binomialProbabilities } from '../../src/statistics/binomial-probabilities.ts'
import type { Random } from '../../src/support/random.ts'

/** Number of events in so many trials at that rate, by one draw: the count at which the binomial distribution passes it. */
export function drawEvents(trials: number, rate: number, chance: Random): number {
  const drawn = chance.next()
  const { lowest, sums } = distributionOf(trials, rate)
  const place = sums.findIndex((sum) => drawn < sum)
  // The sums end a rounding short of 1.
  return lowest + (place === -1 ? sums.length - 1 : place)
}

interface Distribution {
  readonly lowest: number
  readonly sums: readonly number[]
}

const known = new Map<string, Distribution>()

function distributionOf(trials: number, rate: number): Distribution {
  const key = `${trials} ${rate}`
  const found = known.get(key) ?? sumsOf(trials, rate)
  known.set(key, found)
  return found
}

function sumsOf(trials: number, rate: number): Distribution {
  const { lowest, probabilities } = binomialProbabilities({ n: trials, rate })
  let sum = 0
  return { lowest, sums: probabilities.map((probability) => (sum += probability)) }
}
