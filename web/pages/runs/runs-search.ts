import { searchText, searchTexts } from '../../parts/search-text.ts'

/** What the address of the list of runs holds. */
export interface RunsSearch {
  readonly text?: string
  /** Runs that have been chosen to be compared, by name: the first, then the second. */
  readonly chosen?: readonly string[]
}

export function runsSearch(search: Record<string, unknown>): RunsSearch {
  const text = searchText(search, 'text')
  const chosen = searchTexts(search, 'chosen')
  return {
    ...(text === undefined ? {} : { text }),
    ...(chosen.length === 0 ? {} : { chosen: chosen.slice(0, 2) }),
  }
}
