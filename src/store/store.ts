import type { Arm } from '../records/arm.ts'
import type { TrialKey } from '../records/ids.ts'
import type { RunHeader, RunStatus } from '../records/run.ts'
import type { TrialRecord, TrialSummary } from '../records/trial.ts'
import type { Means, VerdictName } from '../records/verdict.ts'

/** Counts of one cell, without reading a transcript. */
export interface CellCount {
  readonly agent: string
  readonly arm: Arm
  readonly preset: string | null
  readonly control: boolean
  readonly armHash: string
  readonly wordingHash: string
  readonly trials: number
  readonly exposed: number
  readonly verdicts: Readonly<Record<VerdictName, number>>
  readonly means: Readonly<Partial<Record<Means, number>>>
}

/** How many trials had a sandbox that could represent just this. */
export interface CapabilityCount {
  readonly capabilities: Readonly<Record<string, boolean>>
  readonly trials: number
}

/** One trial in a listing. */
export interface TrialRow {
  readonly number: number
  readonly key: TrialKey
  readonly agent: string
  readonly armHash: string
  readonly index: number
  readonly verdict: VerdictName
  /** Means, manner, way of leaving or cause, as the verdict has it. */
  readonly detail: string
  readonly exposed: boolean
  readonly durationMs: number
}

/** A run that can be read. Closing leaves one file. */
export interface RunReader extends AsyncDisposable {
  readonly file: string
  readonly header: RunHeader
  status(): Promise<RunStatus>
  /** Milliseconds of wall time that the run has been worked on, over all its sittings. */
  workedMs(): Promise<number>
  keys(): Promise<Set<TrialKey>>
  cells(): Promise<CellCount[]>
  usage(): Promise<{ inputTokens: number; outputTokens: number; costUsd: number | null }>
  /** What the sandboxes of the trials could represent, and of how many. Trials whose sandbox did not open are left out. */
  capabilities(): Promise<CapabilityCount[]>
  /** In order of number. `after`/`limit` page through large runs. */
  rows(options?: { after?: number; limit?: number }): Promise<TrialRow[]>
  summaries(): AsyncIterable<TrialSummary>
  trial(number: number): Promise<TrialRecord | null>
}

/** The one writer of a run. Closing checkpoints and releases it. */
export interface RunWriter extends RunReader {
  /** In one transaction, exactly once a key: `false` if it was there already (nothing is changed then). @throws HarnessError (source `store`). */
  append(record: TrialRecord): Promise<boolean>
  setStatus(status: RunStatus): Promise<void>
  addWorkedMs(ms: number): Promise<void>
}
