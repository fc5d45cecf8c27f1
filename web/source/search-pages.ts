import type { SearchHit, SearchProgress, ViewedTrial } from '../../src/records/view.ts'
import { createFinder } from '../../src/reports/search/find-in-trial.ts'
import type { PagedFiles } from './paged-files.ts'

/** Nobody reads more; whoever has so many types another word. */
const HITS_MAX = 1_000

/** Searches the transcripts of an exported run, page after page, as a server would. */
export async function* searchPages(
  trials: Pick<PagedFiles<ViewedTrial>, 'pages' | 'page'>,
  {
    name,
    text,
    signal,
  }: { readonly name: string; readonly text: string; readonly signal: AbortSignal },
): AsyncGenerator<SearchProgress> {
  const find = createFinder(text)
  const pages = await trials.pages(name, signal)
  // How many there are is only known of the pages that have been read: of the others it is what their numbers leave room for.
  const room = pages.map(({ first, last }) => last - first + 1)
  let [scanned, found] = [0, 0]
  for (const place of pages.keys()) {
    const entries = await trials.page(name, place, signal)
    const hits: SearchHit[] = []
    for (const { record } of entries) {
      const hit = find(record)
      if (hit !== null) hits.push(hit)
    }
    scanned += entries.length
    room[place] = entries.length
    const left = hits.slice(0, HITS_MAX - found)
    found += hits.length
    const cut = left.length < hits.length
    yield { scanned, of: room.reduce((sum, count) => sum + count, 0), hits: left, cut }
    if (cut) return
  }
}
