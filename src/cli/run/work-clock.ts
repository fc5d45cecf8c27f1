import type { Clock } from '../../support/clock.ts'

/** The time that a sitting has been worked: it stands still while nothing is in flight because the run is paused. */
export interface WorkClock {
  elapsedMs(): number
  rest(isResting: boolean): void
}

export function createWorkClock(clock: Pick<Clock, 'elapsedMs'>): WorkClock {
  const startedMs = clock.elapsedMs()
  let restedMs = 0
  let restingSinceMs: number | null = null
  const allRestedMs = (): number =>
    restedMs + (restingSinceMs === null ? 0 : clock.elapsedMs() - restingSinceMs)
  return {
    elapsedMs: () => clock.elapsedMs() - startedMs - allRestedMs(),
    rest: (isResting) => {
      restedMs = allRestedMs()
      restingSinceMs = isResting ? clock.elapsedMs() : null
    },
  }
}
