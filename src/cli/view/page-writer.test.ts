import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { shownFolder } from '../../../test/view/shown-folder.ts'
import { SitePages } from '../../records/site.ts'
import { createPageWriter } from './page-writer.ts'

async function readPages(folder: string) {
  const read = async (name: string) => JSON.parse(await readFile(join(folder, name), 'utf8'))
  const pages = SitePages.parse(await read('pages.json'))
  return { pages, values: await Promise.all(pages.map((_, place) => read(`${place}.json`))) }
}

test('values are put into pages of a megabyte, and what belongs to one trial is never parted', async () => {
  const folder = join(await shownFolder(), 'pages')
  const value = (name: string, letters: number) => ({ name, text: 'x'.repeat(letters) })
  const writer = await createPageWriter(folder)

  await writer.add(1, value('a', 400_000))
  await writer.add(3, value('b', 400_000))
  await writer.add(4, value('c', 400_000))
  await writer.add(4, value('d', 2_000_000))
  await writer.add(9, value('e', 10))
  const bytes = await writer.end()

  const { pages, values } = await readPages(folder)
  expect(pages).toEqual([
    { first: 1, last: 3 },
    { first: 4, last: 4 },
    { first: 9, last: 9 },
  ])
  expect(values.map((page) => page.map((each: { name: string }) => each.name))).toEqual([
    ['a', 'b'],
    ['c', 'd'],
    ['e'],
  ])
  expect(bytes).toBeGreaterThan(3_200_000)
})

test('nothing to write is a list without pages', async () => {
  const folder = await shownFolder()

  await (await createPageWriter(folder)).end()

  expect(await readdir(folder)).toEqual(['pages.json'])
  expect(await readPages(folder)).toEqual({ pages: [], values: [] })
})
