import { type FormEvent, useEffect, useId, useRef, useState } from 'react'
import { countText } from '../../../src/reports/count-text.ts'
import { ProblemView } from '../../parts/problem-view.tsx'
import { useShortcut } from '../../parts/shortcuts.tsx'
import type { TextSearch, TextSearchState } from '../../parts/trial-text-search.ts'

/** Looks for a text in all transcripts of the run. It begins on Enter: reading 100,000 transcripts takes its time. */
export function TextSearchForm({
  text,
  trials,
  search,
  state,
  look,
}: {
  readonly text: string
  readonly trials: number
  readonly search: TextSearch | null
  readonly state: TextSearchState | null
  readonly look: (text: string) => void
}) {
  const id = useId()
  const field = useRef<HTMLInputElement>(null)
  const [typed, type] = useState(text)
  useShortcut('/', 'to the search', () => field.current?.focus())
  // The address may change without the field: a filter taken back, a way back.
  useEffect(() => type(text), [text])
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const wanted = typed.trim()
    if (wanted === text && state !== null) search?.again()
    else look(wanted)
  }
  return (
    <form className="text-search" role="search" onSubmit={submit}>
      <label htmlFor={id}>Text in transcripts</label>
      <input
        id={id}
        type="search"
        ref={field}
        aria-keyshortcuts="/"
        value={typed}
        maxLength={1_000}
        autoComplete="off"
        spellCheck={false}
        onChange={({ target }) => {
          type(target.value)
          if (target.value === '' && text !== '') look('')
        }}
      />
      <button type="submit">Search</button>
      {search !== null && state !== null && (
        <SearchState trials={trials} search={search} state={state} />
      )}
    </form>
  )
}

function SearchState({
  trials,
  search,
  state,
}: {
  readonly trials: number
  readonly search: TextSearch
  readonly state: TextSearchState
}) {
  const { status, scanned, of, error } = state
  if (status === 'failed') return <ProblemView error={error} again={search.again} />
  const reading = status === 'running' || status === 'waiting'
  return (
    <div className="search-state">
      {status === 'running' && (
        <progress
          aria-label="Transcripts read"
          max={of ?? 1}
          value={of === null ? undefined : scanned}
        />
      )}
      <span role="status">{reading ? readWords(state) : foundWords(state)}</span>
      {status === 'running' && (
        <button type="button" className="quiet" onClick={search.cancel}>
          Stop
        </button>
      )}
      {(status === 'cancelled' || (status === 'done' && of !== null && of < trials)) && (
        <button type="button" className="quiet" onClick={search.again}>
          {status === 'done' ? 'Trials have been added: search again' : 'Search again'}
        </button>
      )}
    </div>
  )
}

function readWords({ scanned, of }: TextSearchState): string {
  return of === null ? 'Reading …' : `${countText(scanned)} of ${countText(of)} transcripts read …`
}

function foundWords({ status, hits, scanned, of, cut }: TextSearchState): string {
  const found = hits.size === 0 ? 'Not found' : `Found in ${countText(hits.size)}`
  const more = cut ? ' and more: a longer text finds fewer' : ''
  const read = of === null ? '' : ` of ${countText(of)}`
  return status === 'cancelled'
    ? `${found}${more} when stopped, after ${countText(scanned)}${read} transcripts`
    : `${found}${more}`
}
