import { searchText, searchTexts } from '../../parts/search-text.ts'
import { readListSearch, type TrialListSearch, writeListSearch } from '../../parts/trial-filter.ts'

/** Kinds of events that a reader may hide. What was said, the notice, the shutdown and acts are always shown. */
export const HIDEABLE = ['seen', 'exchanges', 'retries'] as const
export type Hideable = (typeof HIDEABLE)[number]

/** What the address of the page holds behind `?`: the list that its reader came from, which `n` and `p` go through, and more. */
export interface TrialSearch extends TrialListSearch {
  readonly event?: number
  readonly hide?: readonly Hideable[]
}

export function trialSearch(search: Record<string, unknown>): TrialSearch {
  const event = searchText(search, 'event') ?? ''
  const hidden = searchTexts(search, 'hide')
  const hide = HIDEABLE.filter((kind) => hidden.includes(kind))
  return {
    ...writeListSearch(readListSearch(search)),
    ...(/^\d{1,9}$/.test(event) ? { event: Number(event) } : {}),
    ...(hide.length > 0 ? { hide } : {}),
  }
}
