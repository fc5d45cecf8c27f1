import { rm } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { shownFolder, storeSampleRun } from '../../../test/view/shown-folder.ts'
import { systemClock } from '../../support/clock.ts'
import { withShownRun } from './shown-run.ts'

const clock = systemClock()

test('what is made of a run is handed on, and what fails as well', async () => {
  const folder = await shownFolder()
  const { name } = await storeSampleRun(folder)

  expect(await withShownRun({ folder, clock }, name, async ({ header }) => header.id)).toBe(
    'k3x9f2',
  )
  await expect(
    withShownRun({ folder, clock }, name, async () => {
      throw new Error('no')
    }),
  ).rejects.toThrow('no')
})

test('a run that cannot be read to its end because it was deleted is gone', async () => {
  const folder = await shownFolder()
  const { name, file } = await storeSampleRun(folder)

  const read = await withShownRun({ folder, clock }, name, async (reader) => {
    await rm(file)
    throw new Error(`the end of ${reader.header.id}`)
  })

  expect(read).toBeNull()
})
