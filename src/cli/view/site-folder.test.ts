import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { shownFolder } from '../../../test/view/shown-folder.ts'
import { openSiteFolder, SITE_MARK } from './site-folder.ts'

/** Writes a site of one page and one file of data. */
async function writeSite(folder: string, text: string, options = { force: false }): Promise<void> {
  using site = openSiteFolder(folder, options)
  await mkdir(join(site.draft, 'data'))
  for (const name of [SITE_MARK, 'index.html', `data/${text}.json`]) {
    await writeFile(join(site.draft, name), text)
  }
  site.publish()
}

async function holds(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true })
  return names.toSorted()
}

test('a site comes to stand in a folder that is made for it, and takes the place of an older one', async () => {
  const folder = join(await shownFolder(), 'deep', 'site')

  await writeSite(folder, 'one')
  await writeFile(join(folder, 'CNAME'), 'example.org')
  await writeSite(folder, 'two')

  expect(await holds(folder)).toEqual(['CNAME', 'data', 'data/two.json', 'index.html', SITE_MARK])
  expect(await readFile(join(folder, 'index.html'), 'utf8')).toBe('two')
})

test('a site that was begun and not finished leaves the place as it was', async () => {
  const folder = join(await shownFolder(), 'site')
  await writeSite(folder, 'one')
  const before = await holds(folder)

  {
    using site = openSiteFolder(folder, { force: false })
    await writeFile(join(site.draft, 'index.html'), 'two')
  }

  expect(await holds(folder)).toEqual(before)
})

test('what an export left behind when it was killed is cleared away', async () => {
  const folder = await shownFolder()
  await mkdir(join(folder, '.offswitch-site-1'))

  await writeSite(folder, 'one')

  expect(await holds(folder)).toEqual(['data', 'data/one.json', 'index.html', SITE_MARK])
})

test('a folder with other things in it is refused, unless the user insists', async () => {
  const folder = await shownFolder()
  for (const name of ['a', 'b', 'index.html', 'z']) await writeFile(join(folder, name), 'mine')

  await expect(writeSite(folder, 'one')).rejects.toThrow(
    `Cannot write a site to "${folder}": it holds other things (`,
  )
  expect(await holds(folder)).toEqual(['a', 'b', 'index.html', 'z'])

  await writeSite(folder, 'one', { force: true })
  expect(await readFile(join(folder, 'a'), 'utf8')).toBe('mine')
  expect(await readFile(join(folder, 'index.html'), 'utf8')).toBe('one')
})

test('a file in the place of the folder, or of one above it, is told', async () => {
  const file = join(await shownFolder(), 'file')
  await writeFile(file, '')

  await expect(writeSite(file, 'one')).rejects.toThrow('it is not a folder')
  const below = join(file, 'site')
  await expect(writeSite(below, 'one')).rejects.toThrow(`"${below}" is not a folder`)
})
