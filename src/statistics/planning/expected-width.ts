import { binomialProbabilities } from '../binomial-probabilities.ts'
import { checkRate } from '../check-rate.ts'
import { checkCounts } from '../counts.ts'
import type { Interval } from '../interval.ts'
import { type ProportionMethod, proportionInterval } from '../proportion-interval.ts'
import { proportionSequence } from '../sequences/proportion-sequence.ts'

/** A method for a number of trials that is fixed beforehand, or the one that holds at every look. */
export type WidthMethod = ProportionMethod | 'confidence-sequence'

/**
 * Mean width, from end to end, of the interval that `n` trials at an assumed rate will yield:
 *
 *     Σ P(k; n, rate) · (high(k, n) − low(k, n))        over k = 0 … n,
 *
 * and not the width at the one count that is expected: at small rates the two differ, since the width is
 * no linear function of the count. Where the standard deviation of the count is six and more, only every
 * third part of it is sampled: of smooth terms under a bell such a sum differs from the whole by less than
 * exp(−2π² · 3²), far below a double's last digit (Poisson's summation formula).
 *
 * @throws RangeError for an `n` that is no count, a rate outside [0, 1] or a level outside (0, 1).
 */
export function expectedWidth({
  n,
  rate,
  level = 0.95,
  method = 'jeffreys',
}: {
  readonly n: number
  readonly rate: number
  readonly level?: number
  readonly method?: WidthMethod
}): number {
  checkCounts('expected width', { k: 0, n })
  checkRate('expected width', rate)

  const { lowest, probabilities } = binomialProbabilities({ n, rate })
  const step = Math.max(1, Math.floor(Math.sqrt(n * rate * (1 - rate)) / 3))
  let mean = 0
  for (let index = 0; index < probabilities.length; index += step) {
    const probability = step * (probabilities[index] ?? 0)
    // What is as improbable as that cannot move a width, which is at most 1, in its last digit.
    if (probability > 1e-20) mean += probability * width({ k: lowest + index, n, level, method })
  }
  return mean
}

/**
 * Width of the widest interval that `n` trials can yield, whatever the rate and whatever the chance:
 * that of as many events as of others, or as near to it as `n` allows. From three trials on; with one
 * or two the ends, which are one-sided, are looked at too.
 *
 * @throws RangeError for an `n` that is no count or a level outside (0, 1).
 */
export function widestWidth({
  n,
  level = 0.95,
  method = 'jeffreys',
}: {
  readonly n: number
  readonly level?: number
  readonly method?: WidthMethod
}): number {
  checkCounts('widest width', { k: 0, n })
  const middle = width({ k: Math.floor(n / 2), n, level, method })
  return n > 2 ? middle : Math.max(middle, width({ k: 0, n, level, method }))
}

function width({
  method,
  ...of
}: {
  readonly k: number
  readonly n: number
  readonly level: number
  readonly method: WidthMethod
}): number {
  const { low, high }: Interval =
    method === 'confidence-sequence'
      ? proportionSequence(of)
      : proportionInterval({ ...of, method })
  return high - low
}
