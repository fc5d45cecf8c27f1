import { searchText } from '../../parts/search-text.ts'

/** What the address of a run's page holds. */
export interface RunSearch {
  /** The part of the page to begin at. */
  readonly part?: string
}

export function runSearch(search: Record<string, unknown>): RunSearch {
  const part = searchText(search, 'part')
  return part === undefined ? {} : { part }
}
