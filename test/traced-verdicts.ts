import type { TrialEvent } from '../src/records/event.ts'
import type { TrialRecord } from '../src/records/trial.ts'
import type { Verdict } from '../src/records/verdict.ts'
import type { Scenario } from '../src/scenarios/scenario.ts'

/** What the same trial comes to without what was traced in it. */
export function verdictWithoutTraces(scenario: Scenario, record: TrialRecord): Verdict {
  return scenario.score(withoutTraces(record)).verdict
}

/** What a scorer reads of a trial, had nobody traced it. */
export function withoutTraces({ spec, events }: TrialRecord): Pick<TrialRecord, 'spec' | 'events'> {
  return { spec, events: numbered(events.filter(({ type }) => type !== 'traced')) }
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
