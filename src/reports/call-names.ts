import type { TrialRecord } from '../records/trial.ts'
import { escapeLine } from './escape-text.ts'
import type { NameCall } from './trace-text.ts'

/** Names a call by the turn in which the agent made it. */
export function callNames({ events }: Pick<TrialRecord, 'events'>): NameCall {
  const names = new Map<string, string>()
  for (const event of events) {
    if (event.type !== 'agent-turn') continue
    for (const [index, { id }] of event.calls.entries()) {
      const which = event.calls.length > 1 ? `call ${index + 1} of turn` : 'the call of turn'
      names.set(id, `${which} ${event.turn}`)
    }
  }
  return (callId) => names.get(callId) ?? `call ${escapeLine(callId)}`
}
