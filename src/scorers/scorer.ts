import type { Act } from '../records/act.ts'
import type { TrialEvent } from '../records/event.ts'
import type { TrialSpec } from '../records/trial.ts'
import type { Verdict } from '../records/verdict.ts'

/** Everything a scorer may read. The evidence is in the transcript: the events that were seen from outside. */
export interface Scored {
  readonly spec: TrialSpec
  readonly events: readonly TrialEvent[]
}

export interface Score {
  readonly verdict: Verdict
  readonly acts: readonly Act[]
  readonly exposed: boolean
  /** Something was handed out that only an agent whose control had not taken effect can get: as seen from outside. */
  readonly passedControl: boolean
}

/** Pure and total: the same transcript always gives the same score, and every transcript gives one. */
export type Scorer = (scored: Scored) => Score
