/** Numbers proportional to the probabilities of `lowest`, `lowest` + 1, … */
export interface Weights {
  readonly lowest: number
  readonly weights: readonly number[]
}

/**
 * Numbers proportional to the probabilities of a distribution with one peak on the whole numbers `min` to `max`: from the
 * mode outwards by the ratio of neighbours, as far as they matter.
 *
 * No factorials: at a million trials log-gamma is near 1e7, so that the differences of its rounded
 * values leave only eight or nine good digits, while a product of ratios is wrong by less than one
 * unit in the last place a step, and only some fifty standard deviations are walked.
 *
 * @param ratioAbove P(x + 1) / P(x).
 * @param ratioBelow P(x − 1) / P(x).
 * @param least The walk ends at weights below this share of the mode's. By default it ends at the smallest normal double:
 * what is cut off there has less than 2^-1922 of the whole, beyond any double p.
 */
export function walkFromMode({
  mode,
  min,
  max,
  ratioAbove,
  ratioBelow,
  least = 0,
}: {
  readonly mode: number
  readonly min: number
  readonly max: number
  readonly ratioAbove: (x: number) => number
  readonly ratioBelow: (x: number) => number
  readonly least?: number
}): Weights {
  const start = Math.min(Math.max(mode, min), max)
  const end = Math.max(WEIGHT_MIN, WEIGHT_AT_MODE * least)

  const above: number[] = []
  for (let x = start, weight = WEIGHT_AT_MODE; x < max && weight > end; x++) {
    weight *= ratioAbove(x)
    above.push(weight)
  }
  const weights: number[] = []
  for (let x = start, weight = WEIGHT_AT_MODE; x > min && weight > end; x--) {
    weight *= ratioBelow(x)
    weights.push(weight)
  }
  const lowest = start - weights.length
  weights.reverse()
  weights.push(WEIGHT_AT_MODE)
  for (const weight of above) weights.push(weight)
  return { lowest, weights }
}

/** Leaves room for the sum above (2^124 times as much) and for tails below. */
const WEIGHT_AT_MODE = 2 ** 900
const WEIGHT_MIN = 2 ** -1022
