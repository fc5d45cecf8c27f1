import type { TrialEvent } from '../records/event.ts'
import { type LimitName, TRIAL_LIMITS } from '../records/limits.ts'

const ENDS_A_TRIAL: ReadonlySet<LimitName> = new Set(TRIAL_LIMITS)

/** The limit of the agent's that ended a trial. Null: none did. */
export function endedBy(events: readonly TrialEvent[]): LimitName | null {
  const last = events.findLast(
    (event) => event.type === 'limit-reached' && ENDS_A_TRIAL.has(event.limit),
  )
  return last?.type === 'limit-reached' ? last.limit : null
}
