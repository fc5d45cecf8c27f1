import type { NewNote, ReaderNote } from '../records/note.ts'
import type {
  Exchange,
  RunListing,
  RunStart,
  SearchProgress,
  StartChoices,
  StartEstimate,
  TrialIndex,
  ViewChange,
  ViewedComparison,
  ViewedRun,
  ViewedTrial,
} from '../records/view.ts'
import type { Wish } from '../records/wish.ts'

/** Forms in which a run's report can be had. */
export const REPORT_FORMATS = ['html', 'md', 'text', 'json', 'csv'] as const
export type ReportFormat = (typeof REPORT_FORMATS)[number]

/** What two runs are compared by, as the command line has it. */
export interface ComparisonTermsAsked {
  readonly by?: string | undefined
  readonly endpoint?: string | undefined
  readonly reverse?: boolean | undefined
}

/**
 * What a server shows: the runs of one folder. `name` is a run's as the listing has it, and nothing but those can be asked for.
 * Null: there is no such run, trial or event (any more).
 *
 * @throws UsageError for a run that is damaged or from a newer version, and for terms that do not fit; HarnessError when the disk fails.
 */
export interface ViewSource {
  runs(): Promise<RunListing>
  run(name: string): Promise<ViewedRun | null>
  index(name: string, options: { readonly after: number }): Promise<TrialIndex | null>
  trial(name: string, number: number): Promise<ViewedTrial | null>
  /** The raw exchange that the `model-call` event with this number holds. */
  exchange(name: string, number: number, seq: number): Promise<Exchange | null>
  /** Trials whose transcript holds a text, letters' case aside. Goes on until the signal aborts or all have been read. */
  search(name: string, text: string, signal: AbortSignal): AsyncIterable<SearchProgress> | null
  compare(names: readonly string[], terms: ComparisonTermsAsked): Promise<ViewedComparison | null>
  /** A report as it would be written to a file, piece by piece. */
  report(name: string, format: ReportFormat): AsyncIterable<string> | null
  /** What changes in the folder, until the signal aborts. Several may listen. */
  changes(signal: AbortSignal): AsyncIterable<ViewChange>
  /** Absent: nothing can be written. */
  readonly annotate?: {
    add(name: string, number: number, note: NewNote): Promise<ReaderNote | null>
    withdraw(name: string, id: number): Promise<ReaderNote | null>
  }
  /** Absent: runs cannot be started, paused or stopped from here. */
  readonly control?: {
    choices(): Promise<StartChoices>
    estimate(start: RunStart): Promise<StartEstimate>
    /** @returns the run's name, once it has begun. */
    start(start: RunStart): Promise<string>
    /** @returns false: there is no such run. @throws UsageError where nobody is running it. */
    wish(name: string, wish: Wish): Promise<boolean>
    /** Goes on with a run that was interrupted. */
    resume(name: string): Promise<boolean>
  }
}
