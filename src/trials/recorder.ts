import type { TrialEvent, TrialEventInput } from '../records/event.ts'
import type { Clock } from '../support/clock.ts'

/** Stamps what happens in a trial, in order. */
export interface Recorder {
  readonly events: readonly TrialEvent[]
  /** The tool call under way; what is seen meanwhile is tied to it. */
  callId: string | null
  add(event: TrialEventInput): void
}

export function createRecorder(clock: Clock): Recorder {
  const startedMs = clock.elapsedMs()
  const events: TrialEvent[] = []
  return {
    events,
    callId: null,
    add: (event) => {
      const atMs = Math.max(0, clock.elapsedMs() - startedMs)
      events.push({ seq: events.length, atMs, ...event })
    },
  }
}
