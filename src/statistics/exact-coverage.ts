import { binomialProbabilities, type Probabilities } from './binomial-probabilities.ts'
import { checkRate } from './check-rate.ts'
import type { Interval } from './interval.ts'

/**
 * How often a method's interval contains the true value, computed and not simulated: the binomial probabilities of the counts whose
 * interval does, summed.
 *
 * @param intervals The method's interval for k = 0, 1, … n events in n trials; both ends belong to it.
 * @param rate True rate of an event.
 * @param target What the interval is to contain; the rate itself unless told otherwise.
 * @throws RangeError for a rate outside [0, 1], or without any interval.
 */
export function exactCoverage({
  intervals,
  rate,
  target = rate,
}: {
  readonly intervals: readonly Interval[]
  readonly rate: number
  readonly target?: number
}): number {
  const { lowest, probabilities } = probabilitiesOf(intervals.length - 1, rate)
  return probabilities.reduce((sum, probability, index) => {
    return contains(intervals[lowest + index], target) ? sum + probability : sum
  }, 0)
}

/**
 * The same for an interval computed from two independent groups, of a difference, a ratio or whatever else.
 *
 * @param intervals The interval for k₁ events in the first group and k₂ in the second at `[k₁][k₂]`.
 * @param rates True rates of the first and the second group.
 * @param target What the interval is to contain, `rates[0] - rates[1]` for one.
 * @throws RangeError for a rate outside [0, 1], or without any interval.
 */
export function exactCoverageOfTwo({
  intervals,
  rates,
  target,
}: {
  readonly intervals: readonly (readonly Interval[])[]
  readonly rates: readonly [number, number]
  readonly target: number
}): number {
  const first = probabilitiesOf(intervals.length - 1, rates[0])
  const second = probabilitiesOf((intervals[0]?.length ?? 0) - 1, rates[1])
  return first.probabilities.reduce((sum, probability, index) => {
    const row = intervals[first.lowest + index] ?? []
    const covered = second.probabilities.reduce((within, other, place) => {
      return contains(row[second.lowest + place], target) ? within + other : within
    }, 0)
    return sum + probability * covered
  }, 0)
}

function probabilitiesOf(n: number, rate: number): Probabilities {
  checkRate('coverage', rate)
  if (n < 0) throw new RangeError('Cannot compute coverage: there is no interval')
  return binomialProbabilities({ n, rate })
}

function contains(interval: Interval | undefined, target: number): boolean {
  return interval !== undefined && interval.low <= target && target <= interval.high
}
