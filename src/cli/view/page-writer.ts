import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SitePages } from '../../records/site.ts'

/** Large enough that a run has few pages, small enough to be had while a reader waits for one trial. */
const PAGE_BYTES = 1_000_000

/** Writes values that belong to trials, in order of number, into pages of a folder. */
export interface PageWriter {
  add(number: number, value: unknown): Promise<void>
  /** Writes the last page and the list of all. @returns bytes written */
  end(): Promise<number>
}

/** What belongs to one trial is never parted: whoever looks for it reads one page. */
export async function createPageWriter(folder: string): Promise<PageWriter> {
  await mkdir(folder, { recursive: true })
  const pages: SitePages = []
  let values: string[] = []
  let numbers = { first: 0, last: 0 }
  let pageBytes = 0
  let bytes = 0

  return {
    async add(number, value) {
      const text = JSON.stringify(value)
      const textBytes = Buffer.byteLength(text)
      if (pageBytes + textBytes > PAGE_BYTES && number !== numbers.last) await writePage()
      if (values.length === 0) numbers = { first: number, last: number }
      numbers.last = number
      values.push(text)
      pageBytes += textBytes
    },
    async end() {
      await writePage()
      await write('pages.json', JSON.stringify(pages))
      return bytes
    },
  }

  async function writePage(): Promise<void> {
    if (values.length === 0) return
    await write(`${pages.length}.json`, `[${values.join(',')}]`)
    pages.push(numbers)
    values = []
    pageBytes = 0
  }

  async function write(name: string, text: string): Promise<void> {
    await writeFile(join(folder, name), text)
    bytes += Buffer.byteLength(text)
  }
}
