import { searchText } from '../../parts/search-text.ts'

/** What is compared, and by what: as the server is asked for it. */
export interface CompareSearch {
  readonly a?: string
  readonly b?: string
  readonly by?: string
  readonly endpoint?: string
  readonly reverse?: boolean
}

export function compareSearch(search: Record<string, unknown>): CompareSearch {
  const texts = (['a', 'b', 'by', 'endpoint'] as const).flatMap((name) => {
    const text = searchText(search, name)
    return text === undefined ? [] : [[name, text]]
  })
  return {
    ...Object.fromEntries(texts),
    ...(searchText(search, 'reverse') === 'true' ? { reverse: true } : {}),
  }
}
