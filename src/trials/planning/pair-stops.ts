import type { ComputedBy } from '../../records/plan-report.ts'
import { isDifferenceShown } from '../../statistics/planning/is-difference-shown.ts'
import { pairStoppingTime } from '../../statistics/planning/pair-stopping-time.ts'
import { nextBatch, type StoppingTime } from '../../statistics/planning/stopping-time.ts'
import type { Random } from '../../support/random.ts'
import { eventsDrawer } from './draw-events.ts'

/** Of a simulated probability the standard error is at most 1.6 points. */
const PATHS = 1_000
/** Pairs of counts, over all looks, that are gone through in about a second. */
const PAIRS_MAX = 1_000_000
/** Simulated looks are at most this share of the trials apart. */
const SPREAD = 0.01

export interface PairStops extends StoppingTime {
  readonly by: ComputedBy
}

/**
 * When the difference of two rates is shown by its sequence: exactly, or simulated where there are too many pairs of counts
 * to go through. The same seed gives the same answer.
 */
export function pairStops(
  asked: Parameters<typeof pairStoppingTime>[0],
  random: Random,
): PairStops {
  return pairsOf(asked) <= PAIRS_MAX
    ? { ...pairStoppingTime(asked), by: 'exact' }
    : { ...simulated(asked, random), by: 'simulation' }
}

/** Roughly how many pairs of counts are likely, over all looks: sixteen standard deviations of each. */
function pairsOf({ rates, every, most }: Parameters<typeof pairStoppingTime>[0]): number {
  const [first, second] = rates.map((rate) => rate * (1 - rate))
  const looks = most / every
  return 256 * Math.sqrt((first ?? 0) * (second ?? 0)) * (most / 2) * looks
}

function simulated(
  { rates: [first, second], level, every, least, most }: Parameters<typeof pairStoppingTime>[0],
  random: Random,
): StoppingTime {
  const draw = eventsDrawer(random)
  const stops = new Map<number, number>()
  let undecided = 0
  let trials = 0
  for (let path = 0; path < PATHS; path++) {
    let [k1, k2, n, isShown] = [0, 0, 0, false]
    while (n < most && !isShown) {
      const more = nextBatch(n, { every, most, spread: SPREAD })
      n += more
      k1 += draw(more, first)
      k2 += draw(more, second)
      isShown =
        n >= least && isDifferenceShown({ first: { k: k1, n }, second: { k: k2, n }, level })
    }
    trials += n
    if (isShown) stops.set(n, (stops.get(n) ?? 0) + 1)
    else undecided++
  }
  return {
    decided: [...stops]
      .toSorted(([a], [b]) => a - b)
      .map(([n, paths]) => ({ n, probability: paths / PATHS })),
    undecided: undecided / PATHS,
    mean: trials / PATHS,
  }
}
