import type { z } from 'zod'
import { SitePages } from '../../src/records/site.ts'
import { fetchJson } from './fetch-json.ts'
import { pageOf } from './page-of.ts'

/** Entries of a run's trials, spread over numbered files of an exported site. */
export interface PagedFiles<T> {
  pages(name: string, signal: AbortSignal): Promise<SitePages>
  page(name: string, place: number, signal: AbortSignal): Promise<readonly T[]>
  /** The page that a trial would stand on. Null: none would. */
  around(where: {
    readonly name: string
    readonly number: number
    readonly signal: AbortSignal
  }): Promise<readonly T[] | null>
}

/** Going from trial to trial, the same page is needed again. */
const KEPT_MAX = 4

/** @param addressOf of a file by its name without ending: `pages`, `0` … */
export function createPagedFiles<T>(
  addressOf: (name: string, file: string) => URL,
  schema: z.ZodType<T[]>,
): PagedFiles<T> {
  const kept = new Map<string, readonly T[]>()
  const contents = new Map<string, SitePages>()

  const pages: PagedFiles<T>['pages'] = async (name, signal) => {
    const known = contents.get(name)
    if (known !== undefined) return known
    const read = await fetchJson(addressOf(name, 'pages'), SitePages, { signal })
    contents.set(name, read)
    return read
  }
  const page: PagedFiles<T>['page'] = async (name, place, signal) => {
    const address = addressOf(name, String(place))
    const entries = kept.get(address.href) ?? (await fetchJson(address, schema, { signal }))
    kept.delete(address.href)
    kept.set(address.href, entries)
    const [oldest] = kept.keys()
    if (kept.size > KEPT_MAX && oldest !== undefined) kept.delete(oldest)
    return entries
  }
  return {
    pages,
    page,
    around: async ({ name, number, signal }) => {
      const place = pageOf(await pages(name, signal), number)
      return place === null ? null : page(name, place, signal)
    },
  }
}
