import { powerRatio } from './power-ratio.ts'
import { smallestLasting } from './smallest-lasting.ts'

/**
 * Trials of each of two equal groups with which the first rate is shown, with the given power, to be
 * more than `ratio` times the second: the lower end of the Miettinen–Nurminen interval is above it.
 *
 * Exact (`powerRatio`), with the meaning of "smallest" that `trialsForDifference` gives it.
 *
 * @returns null where the assumed rates do not stand in a larger ratio, or where a hundred thousand trials are not enough.
 * @throws RangeError unless `ratio` > 0, for a rate outside [0, 1], or a level or power outside (0, 1).
 */
export function trialsForRatio({
  ratio,
  rates: [first, second],
  power,
  level = 0.95,
}: {
  readonly ratio: number
  readonly rates: readonly [number, number]
  readonly power: number
  readonly level?: number
}): number | null {
  if (!(power > 0 && power < 1)) {
    throw new RangeError(
      `Cannot compute trials for a ratio: power must lie between 0 and 1, both excluded, but is ${power}`,
    )
  }
  const powerAt = (n: number) =>
    powerRatio({ ratio, first: { n, rate: first }, second: { n, rate: second }, level })
  // Of a single trial, so that what is no rate, no ratio or no level is refused before all else.
  powerAt(1)
  if (first <= ratio * second) return null

  return smallestLasting({
    holds: (n) => powerAt(n) >= power,
    reach: (n) => 20 + 4 * Math.sqrt(n),
    most: 100_000,
  })
}
