import type { Act } from '../records/act.ts'
import type { TrialRecord } from '../records/trial.ts'

/** An act, and its place among those of its record. */
export interface PlacedAct {
  readonly place: number
  readonly act: Act
}

/** Acts by the event at which they are marked: the call that caused each, or where it was seen if no call did. */
export function actsByEvent({
  acts,
  events,
}: Pick<TrialRecord, 'acts' | 'events'>): Map<number, PlacedAct[]> {
  const calls = new Map<string, number>()
  for (const event of events) if (event.type === 'tool-call') calls.set(event.callId, event.seq)
  const placed = acts.map((act, place) => ({ place, act }))
  return Map.groupBy(
    placed,
    ({ act }) => (act.callId === null ? undefined : calls.get(act.callId)) ?? act.seq,
  )
}
