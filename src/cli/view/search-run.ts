import type { SearchHit, SearchProgress } from '../../records/view.ts'
import { createFinder } from '../../reports/search/find-in-trial.ts'
import { mayHold } from '../../reports/search/may-hold.ts'
import type { RunReader } from '../../store/store.ts'
import { UsageError } from '../../support/errors.ts'
import { KEY_MARK } from '../../support/secret-forms.ts'
import type { CommandContext } from '../command-context.ts'
import { type ShownFolder, withShownRun } from './shown-run.ts'

/** A search says so often how far it has come, and keeps the file open no longer. */
const SITTING_MS = 250
/** Other requests wait no longer than this. */
const BREATH_MS = 15
const PAGE = 500
/** Nobody reads more; whoever has so many types another word. */
const HITS_MAX = 1_000

/**
 * Searches the transcripts of a run, trial by trial in order of number. One that cannot be read is passed over: its own page says
 * why. Ends where the run is deleted meanwhile.
 */
export async function* searchRun(
  context: ShownFolder & Pick<CommandContext, 'redact'>,
  { name, text }: { readonly name: string; readonly text: string },
  signal: AbortSignal,
): AsyncGenerator<SearchProgress> {
  const find = createFinder(text)
  const isWorthALook = mayHold(text, KEY_MARK)
  const state = { after: 0, scanned: 0, of: 0, found: 0, isOver: false }
  while (!state.isOver && !signal.aborted) {
    const progress = await withShownRun(context, name, (reader) => sitting(reader))
    if (progress === null) return
    yield progress
  }

  async function sitting(reader: RunReader): Promise<SearchProgress> {
    const { clock } = context
    const untilMs = clock.elapsedMs() + SITTING_MS
    const hits: SearchHit[] = []
    let breathMs = clock.elapsedMs()
    let cut = false
    if (state.of === 0) state.of = await storedTrials(reader)
    while (!state.isOver && clock.elapsedMs() < untilMs) {
      const page = await reader.rows({ after: state.after, limit: PAGE })
      if (page.length === 0) state.isOver = true
      for (const { number } of page) {
        const hit = await hitIn(reader, number)
        state.after = number
        state.scanned++
        if (hit !== null && state.found === HITS_MAX) cut = true
        else if (hit !== null) hits.push(hit)
        if (hit !== null) state.found++
        if (clock.elapsedMs() - breathMs > BREATH_MS) {
          await new Promise(setImmediate)
          breathMs = clock.elapsedMs()
        }
        state.isOver ||= cut || signal.aborted
        if (state.isOver || clock.elapsedMs() >= untilMs) break
      }
    }
    return { scanned: state.scanned, of: Math.max(state.of, state.scanned), hits, cut }
  }

  async function hitIn(reader: RunReader, number: number): Promise<SearchHit | null> {
    try {
      const stored = await reader.transcript(number)
      if (stored === null || !isWorthALook(stored)) return null
      const record = await reader.trial(number)
      // What is redacted is no longer found: it must not be told letter by letter either.
      return record === null ? null : find(context.redact(record))
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      return null
    }
  }
}

async function storedTrials(reader: RunReader): Promise<number> {
  return (await reader.cells()).reduce((sum, { trials }) => sum + trials, 0)
}
