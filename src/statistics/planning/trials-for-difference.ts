import { approximateTrialsForDifference } from './approximate-trials-for-difference.ts'
import { powerDifference } from './power-difference.ts'
import { smallestLasting } from './smallest-lasting.ts'

/** Trials of each group. `exact` is false where they are too many to enumerate and the approximation is given. */
export interface TrialsPerGroup {
  readonly n: number
  readonly exact: boolean
}

/**
 * Trials of each of two equal groups with which Fisher's two-sided test finds the difference of the
 * assumed rates with the given power.
 *
 * Exact (`powerDifference`) as long as the tables are few enough to enumerate: up to 3,000 trials a
 * group at rates near one half, 20,000 at small ones. Power is a sawtooth in n: the answer is the
 * smallest n found whose power is reached, is not reached at n − 1, and stays reached at each of the
 * 20 + 4√n counts above it. Beyond, the formula of Casagrande, Pike and Smith is given, which at small
 * rates asks for a little too much (0.01 against 0.02: 2,515 instead of 2,456).
 *
 * @returns null where the rates are equal: no number of trials finds what is not there.
 * @throws RangeError for a rate outside [0, 1], or a level or power outside (0, 1).
 */
export function trialsForDifference({
  rates,
  power,
  level = 0.95,
}: {
  readonly rates: readonly [number, number]
  readonly power: number
  readonly level?: number
}): TrialsPerGroup | null {
  const approximate = approximateTrialsForDifference({ rates, power, level }).corrected
  if (approximate === Infinity) return null
  const spread = Math.max(...rates.map((rate) => rate * (1 - rate)))
  if (approximate > MOST_TRIALS || approximate * spread > MOST_VARIANCE) {
    return { n: Math.ceil(approximate), exact: false }
  }

  const n = smallestLasting({
    holds: (n) =>
      powerDifference({
        first: { n, rate: rates[0] },
        second: { n, rate: rates[1] },
        level,
      }) >= power,
    reach: (n) => 20 + 4 * Math.sqrt(n),
    most: 2 * MOST_TRIALS,
  })
  return n === null ? { n: Math.ceil(approximate), exact: false } : { n, exact: true }
}

const MOST_TRIALS = 20_000
/** Of the count in one group: the number of tables to sum grows with it. */
const MOST_VARIANCE = 750
