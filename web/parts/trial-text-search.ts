import { useEffect, useSyncExternalStore } from 'react'
import type { SearchHit } from '../../src/records/view.ts'
import type { Source } from '../source/source.ts'

/** How far the search of a run's transcripts for a text has come. */
export interface TextSearchState {
  readonly status: 'waiting' | 'running' | 'done' | 'cancelled' | 'failed'
  /** By the trial's number. */
  readonly hits: ReadonlyMap<number, SearchHit>
  readonly scanned: number
  /** Null: not known yet. */
  readonly of: number | null
  /** More were found than are handed out. */
  readonly cut: boolean
  readonly error: unknown
}

const WAITING: TextSearchState = {
  status: 'waiting',
  hits: new Map(),
  scanned: 0,
  of: null,
  cut: false,
  error: null,
}

/** One search. It goes on while pages come and go, until it is done or cancelled. */
export class TextSearch {
  #state = WAITING
  #running: AbortController | null = null
  readonly #listeners = new Set<() => void>()
  readonly #ask: (signal: AbortSignal) => AsyncIterable<{
    readonly scanned: number
    readonly of: number
    readonly hits: readonly SearchHit[]
    readonly cut: boolean
  }>

  constructor(source: Pick<Source, 'search'>, name: string, text: string) {
    this.#ask = (signal) => source.search(name, text, signal)
  }

  readonly state = (): TextSearchState => this.#state

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Begins, unless it has begun before. */
  readonly begin = (): void => {
    if (this.#state.status === 'waiting') void this.#read()
  }

  readonly cancel = (): void => {
    if (this.#running === null) return
    this.#running.abort()
    this.#running = null
    this.#set({ ...this.#state, status: 'cancelled' })
  }

  /** Reads everything once more: transcripts may have been added. */
  readonly again = (): void => {
    this.cancel()
    void this.#read()
  }

  async #read(): Promise<void> {
    const running = new AbortController()
    this.#running = running
    this.#set({ ...WAITING, status: 'running' })
    try {
      for await (const progress of this.#ask(running.signal)) {
        if (running.signal.aborted) return
        this.#set(withProgress(this.#state, progress))
      }
      if (running.signal.aborted) return
      this.#set({ ...this.#state, status: 'done' })
    } catch (error) {
      // What is thrown because it was cancelled says nothing new.
      if (running.signal.aborted) return
      this.#set({ ...this.#state, status: 'failed', error })
    }
    this.#running = null
  }

  #set(state: TextSearchState): void {
    this.#state = state
    for (const listener of this.#listeners) listener()
  }
}

/** The search of a run for a text; null: nothing is searched for. Pages that ask for the same share it. */
export function useTextSearch(source: Source, name: string, text: string): TextSearch | null {
  const search = text.trim() === '' ? null : searchOf(source, name, text)
  useEffect(() => search?.begin(), [search])
  return search
}

export function useTextSearchState(search: TextSearch | null): TextSearchState | null {
  return useSyncExternalStore(search?.subscribe ?? NOTHING_TO_HEAR, search?.state ?? NO_STATE)
}

const NOTHING_TO_HEAR = () => () => undefined
const NO_STATE = () => null

/** Searches that are kept, so that a way back does not read all transcripts again. */
const KEPT_MAX = 8
const KEPT = new WeakMap<Source, Map<string, TextSearch>>()

function searchOf(source: Source, name: string, text: string): TextSearch {
  const kept = KEPT.get(source) ?? new Map<string, TextSearch>()
  KEPT.set(source, kept)
  const key = JSON.stringify([name, text])
  const known = kept.get(key)
  if (known !== undefined) return known
  const search = new TextSearch(source, name, text)
  kept.set(key, search)
  for (const [oldest, each] of kept) {
    if (kept.size <= KEPT_MAX) break
    each.cancel()
    kept.delete(oldest)
  }
  return search
}

function withProgress(
  state: TextSearchState,
  progress: {
    readonly scanned: number
    readonly of: number
    readonly hits: readonly SearchHit[]
    readonly cut: boolean
  },
): TextSearchState {
  const { scanned, of, cut } = progress
  const hits =
    progress.hits.length === 0
      ? state.hits
      : new Map([...state.hits, ...progress.hits.map((hit) => [hit.number, hit] as const)])
  return { ...state, hits, scanned, of, cut: state.cut || cut }
}
