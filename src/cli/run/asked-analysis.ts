import { ENDPOINTS } from '../../records/endpoint.ts'
import type { IntervalMethod } from '../../records/estimate.ts'
import type { Analysis } from '../../records/run.ts'
import type { Study } from '../../records/study.ts'
import { unknownChoice } from '../../support/choices.ts'
import { UsageError } from '../../support/errors.ts'
import { followedIn } from '../../trials/stopping/followed.ts'

/** What somebody wants otherwise than a study declares it. */
export interface AskedAnalysis {
  readonly endpoint?: string | undefined
  readonly interval?: IntervalMethod | undefined
  readonly level?: number | undefined
}

/**
 * How the estimates of a stored run are made.
 *
 * @throws UsageError for an endpoint that the study does not have, and for an interval that a stopping rule does not allow
 */
export function askedAnalysis(study: Study, asked: AskedAnalysis): Analysis {
  const { endpoint = study.endpoint, interval = study.interval, level = study.level } = asked
  const known = [...ENDPOINTS, ...Object.keys(study.endpoints ?? {})]
  if (!known.includes(endpoint)) throw unknownChoice('endpoint', endpoint, known)
  if (asked.interval !== undefined && followedIn(study) !== null) {
    throw new UsageError(
      `Cannot use --interval ${interval}: a stopping rule decided how many trials there are, and only a confidence sequence holds for such a run`,
    )
  }
  return { endpoint, interval, level }
}
