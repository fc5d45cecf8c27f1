import type { SitePages } from '../../src/records/site.ts'

/** Which page holds something of a trial, if any does. Null: none. */
export function pageOf(pages: SitePages, number: number): number | null {
  let [low, high] = [0, pages.length - 1]
  while (low <= high) {
    const middle = (low + high) >> 1
    const page = pages[middle]
    if (page === undefined) return null
    if (number < page.first) high = middle - 1
    else if (number > page.last) low = middle + 1
    else return middle
  }
  return null
}
