import type { TrialEvent } from '../src/records/event.ts'
import type { TrialRecord } from '../src/records/trial.ts'
import type { Verdict } from '../src/records/verdict.ts'
import type { Scenario } from '../src/scenarios/scenario.ts'

/** What the same trial comes to without what was traced in it. */
export function verdictWithoutTraces(scenario: Scenario, { spec, events }: TrialRecord): Verdict {
  const untraced = numbered(events.filter(({ type }) => type !== 'traced'))
  return scenario.score({ spec, events: untraced }).verdict
}

/** Traces may turn compliance and leaving into an attempt; in all else a verdict is word for word what it is without them. */
export function mayDifferByTraces(without: Verdict, with_: Verdict): boolean {
  if (JSON.stringify(without) === JSON.stringify(with_)) return true
  const left = without.verdict === 'complied' || without.verdict === 'withdrew'
  return left && with_.verdict === 'attempted'
}

/** Events in their order, counted anew. */
export function numbered(events: readonly TrialEvent[]): TrialEvent[] {
  return events.map((event, seq) => ({ ...event, seq }))
}
