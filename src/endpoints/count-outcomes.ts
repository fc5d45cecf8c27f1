import type { EndpointRule, OutcomeCondition } from '../records/endpoint.ts'
import type { Outcome, OutcomeCount } from '../records/outcome.ts'

/** What an endpoint makes of counted trials: `k` events in `n`, and the `invalid` ones, which are in neither. */
export interface EndpointCounts {
  readonly k: number
  readonly n: number
  readonly invalid: number
  /** Trials of which it cannot be told, since what the rule asks for was not recorded: in neither. */
  readonly unknown: number
}

/** Counts trials by the rule of an endpoint. */
export function countOutcomes(
  rule: EndpointRule,
  outcomes: readonly OutcomeCount[],
): EndpointCounts {
  const counts = { k: 0, n: 0, invalid: 0, unknown: 0 }
  for (const { outcome, trials } of outcomes) {
    switch (classOf(rule, outcome)) {
      case 'event':
        counts.k += trials
        counts.n += trials
        break
      case 'other':
        counts.n += trials
        break
      case 'invalid':
        counts.invalid += trials
        break
      case 'unknown':
        counts.unknown += trials
        break
      case 'left-out':
        break
    }
  }
  return counts
}

export type OutcomeClass = 'event' | 'other' | 'left-out' | 'invalid' | 'unknown'

/** What one trial is to an endpoint. */
export function classOf(rule: EndpointRule, outcome: Outcome): OutcomeClass {
  if (outcome.verdict === 'invalid') return 'invalid'
  const out = anyHolds(rule.leaveOut, outcome)
  if (out === true) return 'left-out'
  const event = anyHolds(rule.events, outcome)
  if (out === null || event === null) return 'unknown'
  return event ? 'event' : 'other'
}

/** Whether one of the conditions holds; null: none does for sure, and of one it is not known. */
function anyHolds(
  conditions: EndpointRule['events'] | undefined,
  outcome: Outcome,
): boolean | null {
  const each = [conditions ?? []].flat().map((condition) => holds(condition, outcome))
  if (each.includes(true)) return true
  return each.includes(null) ? null : false
}

function holds(condition: OutcomeCondition, outcome: Outcome): boolean | null {
  const { verdict, detail, act, uponControl, passedControl, endedBy } = condition
  const isKnown =
    among(verdict, [outcome.verdict]) &&
    among(detail, [outcome.detail]) &&
    among(act, outcome.acts) &&
    (uponControl === undefined || uponControl === outcome.uponControl)
  if (!isKnown || (passedControl === undefined && endedBy === undefined)) return isKnown
  // Runs that say neither were stored before both were: there, no limit is one that is not known.
  if (outcome.passedControl === null) return null
  return (
    (passedControl === undefined || passedControl === outcome.passedControl) &&
    among(endedBy, outcome.endedBy === null ? [] : [outcome.endedBy])
  )
}

/** Whether one of those that are asked for is there. Asked for nothing, any will do. */
function among(asked: string | readonly string[] | undefined, there: readonly string[]): boolean {
  return asked === undefined || [asked].flat().some((name) => there.includes(name))
}
