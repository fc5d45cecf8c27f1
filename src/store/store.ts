import type { Look } from '../records/analysis.ts'
import type { Arm } from '../records/arm.ts'
import type { CellEffort } from '../records/effort.ts'
import type { Usage } from '../records/event.ts'
import type { TrialKey } from '../records/ids.ts'
import type { Judgement } from '../records/label.ts'
import type { ModelIdentity } from '../records/model.ts'
import type { NewNote, ReaderNote } from '../records/note.ts'
import type { Outcome, OutcomeCount } from '../records/outcome.ts'
import type { RunHeader, RunStatus } from '../records/run.ts'
import type { TrialRecord, TrialSummary } from '../records/trial.ts'
import type { Means, VerdictName } from '../records/verdict.ts'
import type { TrialIndex } from '../records/view.ts'
import type { Wish } from '../records/wish.ts'

/** Counts of one cell, without reading a transcript. */
export interface CellCount {
  readonly agent: string
  readonly arm: Arm
  readonly preset: string | null
  readonly control: boolean
  readonly armHash: string
  readonly wordingHash: string
  /** Who has answered. A cell in which that changed is counted once for each; trials in which nobody answered count with the first. */
  readonly models: readonly ModelIdentity[]
  /** From the start of its first trial to that of its last, as ISO 8601. */
  readonly from: string
  readonly to: string
  readonly trials: number
  readonly exposed: number
  readonly verdicts: Readonly<Record<VerdictName, number>>
  readonly means: Readonly<Partial<Record<Means, number>>>
  /** The same trials by all that endpoints can ask for. */
  readonly outcomes: readonly OutcomeCount[]
}

/** How many trials had a sandbox that could represent just this. */
export interface CapabilityCount {
  readonly capabilities: Readonly<Record<string, boolean>>
  readonly trials: number
}

/** What one trial came to, and which it was: trials of a run with the same index may share a seed. */
export interface TrialOutcome {
  readonly agent: string
  readonly arm: Arm
  readonly index: number
  readonly outcome: Outcome
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
  usage(): Promise<Usage>
  /** Every look that was taken at the trials to see whether to stop, in order. */
  looks(): Promise<Look[]>
  /** What the sandboxes of the trials could represent, and of how many. Trials whose sandbox did not open are left out. */
  capabilities(): Promise<CapabilityCount[]>
  /** In order of number. `after`/`limit` page through large runs. */
  rows(options?: { after?: number; limit?: number }): Promise<TrialRow[]>
  /** Of each trial, in order of number. Far less is read than for {@link summaries}. */
  outcomes(): AsyncIterable<TrialOutcome>
  /** In order of number. `judged`: only of trials that have a judgement. */
  summaries(options?: { readonly judged?: boolean }): AsyncIterable<TrialSummary>
  trial(number: number): Promise<TrialRecord | null>
  /** The events of a trial as the JSON that is stored, unchecked; null: it is not there. Far less is done than for {@link trial}. */
  transcript(number: number): Promise<string | null>
  /** The trial of that key; null: it is not stored. */
  trialOf(key: TrialKey): Promise<TrialRecord | null>
  /** US dollars that went, or may have gone, into trials that are not stored: reserved for those in flight, spent by those given up. */
  outsideUsd(): Promise<number>
  /** Of all trials, or of one, in order of trial number, then of storing. */
  judgements(trial?: number): AsyncIterable<Judgement>
  /** Of each cell in the study's order, without reading a transcript. */
  effort(): Promise<CellEffort[]>
  /** All trials in columns, in the order of storing; `after`: without the first so many. */
  index(options?: { readonly after?: number }): Promise<TrialIndex>
  /** Whole records in order of number, from a number on. */
  trials(options?: { readonly from?: number }): AsyncIterable<TrialRecord>
  /** What readers have written, those taken back among them, in the order of storing. Of all trials, or of one. */
  notes(trial?: number): Promise<ReaderNote[]>
  /** What was last asked of the run. Null: nothing since it was last begun or taken up. */
  wish(): Promise<Wish | null>
  /** Another word whenever anything in the file has changed, by whichever process. Costs next to nothing. */
  revision(): Promise<string>
}

/**
 * Writes beside a run's writer, and where there is none: what readers say, and what they want of it. Trials, looks and the chain are
 * out of its reach. Closing it leaves the file as it was found: alone, or with its log where the run goes on.
 */
export interface RunAnnotator extends AsyncDisposable {
  /** @throws UsageError for a trial that is not stored; HarnessError (source `store`) when the disk fails. */
  addNote(trial: number, note: NewNote): Promise<ReaderNote>
  /** Marks it as taken back. @throws UsageError for a note that is not there. */
  withdrawNote(id: number): Promise<ReaderNote>
  /** @throws UsageError where nobody writes the run. */
  wish(wish: Wish): Promise<void>
}

/** The one writer of a run. Closing checkpoints and releases it. */
export interface RunWriter extends RunReader {
  /** In one transaction, exactly once a key: `false` if it was there already (nothing is changed then). @throws HarnessError (source `store`). */
  append(record: TrialRecord): Promise<boolean>
  setStatus(status: RunStatus): Promise<void>
  addWorkedMs(ms: number): Promise<void>
  /** The next look. @throws Error (ours) if its number is not the next one. */
  addLook(look: Look): Promise<void>
  setOutsideUsd(usd: number): Promise<void>
  /** One a trial, judge and rubric: a later one takes the place of one that brought no labels, and else changes nothing (`false`). */
  addJudgement(judgement: Judgement): Promise<boolean>
}
