import type { Clock } from '../support/clock.ts'

/** What a run gives each of its trials. Nothing else is ambient. */
export interface RunContext {
  readonly clock: Clock
  /** Aborts the run: trials in flight are given up, not stored, and run again on resume. */
  readonly signal: AbortSignal
}
