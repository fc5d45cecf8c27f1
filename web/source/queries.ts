import { type QueryClient, queryOptions } from '@tanstack/react-query'
import type { TrialIndex } from '../../src/records/view.ts'
import type { Source } from './source.ts'
import { joinIndexes } from './trial-index.ts'

// What pages ask for. Data stays current by itself (parts/live-changes.ts): nobody asks for it again.

export function runsQuery(source: Source) {
  return queryOptions({ queryKey: ['runs'], queryFn: ({ signal }) => source.runs(signal) })
}

export function runQuery(source: Source, name: string) {
  return queryOptions({
    queryKey: ['run', name],
    queryFn: ({ signal }) => source.run(name, signal),
  })
}

/** All trials of a run. While it goes on, only those that are new are fetched. */
export function indexQuery(source: Source, client: QueryClient, name: string) {
  const queryKey = ['index', name]
  return queryOptions({
    queryKey,
    queryFn: async ({ signal }): Promise<TrialIndex> => {
      const known = client.getQueryData<TrialIndex>(queryKey)
      if (known === undefined) return source.index(name, 0, signal)
      const added = await source.index(name, known.columns.number.length, signal)
      return joinIndexes(known, added) ?? source.index(name, 0, signal)
    },
    // Comparing 100,000 rows to find out that most are as they were takes longer than drawing the few that are seen.
    structuralSharing: false,
  })
}

export function trialQuery(source: Source, name: string, number: number) {
  return queryOptions({
    queryKey: ['trial', name, number],
    queryFn: ({ signal }) => source.trial(name, number, signal),
  })
}

export function exchangeQuery(source: Source, name: string, number: number, seq: number) {
  return queryOptions({
    queryKey: ['exchange', name, number, seq],
    queryFn: ({ signal }) => source.exchange(name, number, seq, signal),
    staleTime: Number.POSITIVE_INFINITY,
  })
}

export function comparisonOptions(
  source: Source,
  names: readonly string[],
  terms: { by?: string; endpoint?: string; reverse?: boolean },
) {
  return queryOptions({
    queryKey: ['compare', names, terms],
    queryFn: ({ signal }) => source.compare(names, terms, signal),
    enabled: names.length > 0,
  })
}

export function choicesQuery(source: Source) {
  return queryOptions({ queryKey: ['choices'], queryFn: ({ signal }) => source.choices(signal) })
}
