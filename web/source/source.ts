import type { NewNote, ReaderNote } from '../../src/records/note.ts'
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
} from '../../src/records/view.ts'
import type { Wish } from '../../src/records/wish.ts'

/** Something could not be had, with a sentence for the reader. */
export class SourceError extends Error {
  readonly kind: 'no-token' | 'not-found' | 'refused' | 'unreachable' | 'damaged'
  readonly hint: string | null

  constructor(kind: SourceError['kind'], problem: string, hint: string | null = null) {
    super(problem)
    this.kind = kind
    this.hint = hint
  }
}

/** What the page shows comes from a server (`live-source.ts`), or from the files of a static site (`static-source.ts`). @throws SourceError */
export interface Source {
  runs(signal: AbortSignal): Promise<RunListing>
  run(name: string, signal: AbortSignal): Promise<ViewedRun>
  index(name: string, after: number, signal: AbortSignal): Promise<TrialIndex>
  trial(name: string, number: number, signal: AbortSignal): Promise<ViewedTrial>
  exchange(name: string, number: number, seq: number, signal: AbortSignal): Promise<Exchange>
  search(name: string, text: string, signal: AbortSignal): AsyncIterable<SearchProgress>
  compare(
    names: readonly string[],
    terms: { by?: string; endpoint?: string; reverse?: boolean },
    signal: AbortSignal,
  ): Promise<ViewedComparison>
  /** Whether runs are compared on terms of the reader's own. */
  readonly takesTerms: boolean
  /** Where a report can be had; null: nowhere. */
  reportAddress(name: string, format: 'html' | 'md' | 'json' | 'csv'): string | null
  /** Until the signal aborts or the connection is lost. Null: nothing changes. @param opened told once it is listened to */
  changes(signal: AbortSignal, opened?: () => void): AsyncIterable<ViewChange> | null
  addNote(name: string, number: number, note: NewNote): Promise<ReaderNote>
  withdrawNote(name: string, id: number): Promise<ReaderNote>
  choices(signal: AbortSignal): Promise<StartChoices>
  estimate(start: RunStart, signal: AbortSignal): Promise<StartEstimate>
  start(start: RunStart): Promise<{ name: string }>
  wish(name: string, wish: Wish): Promise<void>
  resume(name: string): Promise<void>
}
