import type { Purse } from '../agents/agent.ts'
import type { Clock } from '../support/clock.ts'

/** What a run gives each of its trials. Nothing else is ambient. */
export interface RunContext {
  readonly clock: Clock
  /** Aborts the run: trials in flight are given up, not stored, and run again on resume. */
  readonly signal: AbortSignal
}

/** What a trial has of the run that it belongs to. */
export interface TrialSurroundings {
  readonly purse: Purse
  /** How long its sandbox took to open, or until it was clear that it would not. */
  readonly onOpening: (opening: { readonly tookMs: number; readonly failed: boolean }) => void
  /** Its agent has taken a turn. */
  readonly onTurn: () => void
}

/** A trial that belongs to no run has all the money that it needs, and nobody listens. */
export const ALONE: TrialSurroundings = {
  purse: { spend: () => undefined, extend: async () => true },
  onOpening: () => undefined,
  onTurn: () => undefined,
}
