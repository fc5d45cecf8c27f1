import { searchText } from '../../parts/search-text.ts'
import { readListSearch, type TrialListSearch, writeListSearch } from '../../parts/trial-filter.ts'

/** What the address of the page holds behind `?`. */
export interface TrialsSearch extends TrialListSearch {
  /** The trial that its reader comes from: it is shown first. */
  readonly at?: number
}

export function trialsSearch(search: Record<string, unknown>): TrialsSearch {
  const at = Number(searchText(search, 'at'))
  return {
    ...writeListSearch(readListSearch(search)),
    ...(Number.isSafeInteger(at) && at > 0 ? { at } : {}),
  }
}
