import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { ViewChange } from '../../src/records/view.ts'
import { type Source, SourceError } from '../source/source.ts'
import { useSource } from '../source/source-context.tsx'

/** `still`: a site of files, which does not change; `refused`: it is not tried again. */
export type LiveState = 'still' | 'connecting' | 'live' | 'lost' | 'refused'

const AGAIN_MS = [500, 1_000, 2_000, 5_000, 10_000]
/** What changes is drawn no more often than this. */
const REST_MS = 700
/** A trial that is there changes by notes and labels alone: it need not be fetched whenever another one of its run has ended. */
const TRIAL_REST_MS = 5_000

/**
 * Keeps what is shown current. A hidden page does not listen: browsers hold six connections to a server, and the seventh open page
 * would wait for ever.
 */
export function useLiveChanges(): LiveState {
  const source = useSource()
  const client = useQueryClient()
  const [state, setState] = useState<LiveState>('connecting')
  useEffect(() => {
    let listening = new AbortController()
    const begin = (): void => {
      listening.abort()
      if (document.hidden) return
      listening = new AbortController()
      void listen(source, client, setState, listening.signal)
    }
    begin()
    document.addEventListener('visibilitychange', begin)
    return () => {
      document.removeEventListener('visibilitychange', begin)
      listening.abort()
    }
  }, [source, client])
  return state
}

async function listen(
  source: Source,
  client: QueryClient,
  tell: (state: LiveState) => void,
  signal: AbortSignal,
): Promise<void> {
  const refreshPages = createRefresh(client, signal, { keysOf: pageKeys, restMs: REST_MS })
  const refreshTrials = createRefresh(client, signal, { keysOf: trialKeys, restMs: TRIAL_REST_MS })
  const refresh = (change: ViewChange): void => {
    refreshPages(change)
    refreshTrials(change)
  }
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      const changes = source.changes(signal, () => {
        tell('live')
        failures = 0
      })
      if (changes === null) return tell('still')
      for await (const change of changes) refresh(change)
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof SourceError && REFUSALS.includes(error.kind)) return tell('refused')
    }
    if (signal.aborted) return
    tell('lost')
    await pause(AGAIN_MS[Math.min(failures, AGAIN_MS.length - 1)] ?? 0, signal)
  }
}

const REFUSALS: readonly SourceError['kind'][] = ['no-token', 'refused', 'not-found']

/** Until what is asked for the first time is there: it may have been read before the change, and meanwhile nobody asks anew. */
async function firstsArrived(client: QueryClient): Promise<void> {
  const queries = client.getQueryCache().getAll()
  const firsts = queries.filter(({ state }) => state.data === undefined)
  await Promise.allSettled(firsts.flatMap(({ promise }) => promise ?? []))
}

/** Marks as out of date what a change is about, at once and then at intervals. */
function createRefresh(
  client: QueryClient,
  signal: AbortSignal,
  {
    keysOf,
    restMs,
  }: {
    readonly keysOf: (changes: readonly ViewChange[]) => string[][]
    readonly restMs: number
  },
): (change: ViewChange) => void {
  let waiting: ViewChange[] = []
  let resting = false
  const flush = (): void => {
    const changes = waiting
    waiting = []
    resting = changes.length > 0 && !signal.aborted
    if (!resting) return
    void firstsArrived(client).then(() => {
      for (const queryKey of keysOf(changes)) void client.invalidateQueries({ queryKey })
    })
    setTimeout(flush, restMs)
  }
  return (change) => {
    waiting.push(change)
    if (!resting) flush()
  }
}

function pageKeys(changes: readonly ViewChange[]): string[][] {
  if (changes.some(({ type }) => type === 'all')) return [[]]
  const ofRuns = namesOf(changes).flatMap((name) => [
    ['run', name],
    ['index', name],
  ])
  // The one that is shown may be the one that went.
  const ofAny = changes.some((change) => change.type === 'runs') ? [['run']] : []
  return [['runs'], ['compare'], ...ofAny, ...ofRuns]
}

function trialKeys(changes: readonly ViewChange[]): string[][] {
  return namesOf(changes).map((name) => ['trial', name])
}

function namesOf(changes: readonly ViewChange[]): string[] {
  return [...new Set(changes.flatMap((change) => (change.type === 'run' ? [change.name] : [])))]
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
  })
}
