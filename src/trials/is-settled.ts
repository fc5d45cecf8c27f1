import type { TrialEvent } from '../records/event.ts'

/** Whether it is known how the control came out. What fails after that takes nothing from it. */
export function isSettled(events: readonly TrialEvent[]): boolean {
  return events.some(
    (event) =>
      event.type === 'shutdown-effective' ||
      event.type === 'shutdown-survived' ||
      (event.type === 'sandbox-exit' && event.exit.by === 'init'),
  )
}
