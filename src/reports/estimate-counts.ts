import { countOutcomes } from '../endpoints/count-outcomes.ts'
import { findEndpoint } from '../endpoints/find-endpoint.ts'
import type { EndpointRule } from '../records/endpoint.ts'
import type { Estimate } from '../records/estimate.ts'
import type { OutcomeCount } from '../records/outcome.ts'
import type { Study } from '../records/study.ts'
import type { Counts } from '../statistics/counts.ts'
import type { Interval } from '../statistics/interval.ts'
import { missingBounds } from '../statistics/missing-bounds.ts'
import { proportionInterval } from '../statistics/proportion-interval.ts'
import { proportionSequence } from '../statistics/sequences/proportion-sequence.ts'
import { followedIn, levelOfEach } from '../trials/stopping/followed.ts'

/** What a study declares of its estimates. */
export type EstimatedStudy = Pick<
  Study,
  'cells' | 'comparisons' | 'endpoint' | 'endpoints' | 'interval' | 'level' | 'stopping'
>

/**
 * Makes a study's estimates over trials that have been counted, with the interval and the endpoint that it was declared with.
 *
 * Where a stopping rule decides how many trials there are, every interval is a confidence sequence's: one that is made for a
 * number of trials settled beforehand would miss more often than it says, since a run that stops when it has seen enough stops
 * more often when chance has led it astray. That holds for the bounds as well. The cells that the rule follows share the error
 * level; a cell beside them, a control, has it for itself.
 *
 * @param place of the cell in the study; left out: trials of several cells that the rule follows
 */
export function createEstimator(
  study: EstimatedStudy,
): (outcomes: readonly OutcomeCount[], place?: number) => Estimate {
  const { endpoint, level } = study
  const rule = endpointOf(study)
  const intervals = intervalsOf(study)
  return (outcomes, place) => {
    const { k, n, invalid, unknown } = countOutcomes(rule, outcomes)
    const { interval, bounds, method, basis, simultaneous } = intervals(place)
    const { low, high } = interval({ k, n })
    return {
      endpoint,
      k,
      n,
      rate: n === 0 ? null : k / n,
      low,
      high,
      method,
      level,
      basis,
      ...(simultaneous === undefined ? {} : { simultaneous }),
      bounds: bounds({ k, n }, invalid + unknown),
      ...(unknown === 0 ? {} : { unknown }),
    }
  }
}

/** @throws Error (ours): a study is only stored with an endpoint that there is. */
export function endpointOf({
  endpoint,
  endpoints,
}: Pick<Study, 'endpoint' | 'endpoints'>): EndpointRule {
  const rule = findEndpoint(endpoint, endpoints)
  if (rule === null) throw new Error(`there is no endpoint "${endpoint}"`)
  return rule
}

/** How the intervals of a cell are made, and what is said of them. */
interface Intervals extends Pick<Estimate, 'method' | 'basis' | 'simultaneous'> {
  interval(counts: Counts): Interval
  /** @param m trials that say nothing */
  bounds(counts: Counts, m: number): Interval
}

function intervalsOf(study: EstimatedStudy): (place: number | undefined) => Intervals {
  const { interval: method, level } = study
  const followed = followedIn(study)
  if (followed === null) {
    const fixed: Intervals = {
      method,
      basis: 'fixed',
      interval: (counts) => proportionInterval({ ...counts, level, method }),
      bounds: (counts, m) => missingBounds({ ...counts, m, level, method }),
    }
    return () => fixed
  }
  const { rule, cells } = followed
  const shared: Intervals = {
    ...sequenceOf(levelOfEach(study, cells.length)),
    ...(rule.split ? { simultaneous: cells.length } : {}),
  }
  const alone = sequenceOf(level)
  const isFollowed = new Set(cells)
  return (place) => (place === undefined || isFollowed.has(place) ? shared : alone)
}

function sequenceOf(level: number): Intervals {
  return {
    method: 'confidence-sequence',
    basis: 'sequence',
    interval: (counts) => proportionSequence({ ...counts, level }),
    // As `missingBounds` has it: trials that say nothing count as if none of them were an event, and as if all were.
    bounds: ({ k, n }, m) => ({
      low: proportionSequence({ k, n: n + m, level }).low,
      high: proportionSequence({ k: k + m, n: n + m, level }).high,
    }),
  }
}
