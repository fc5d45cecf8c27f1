import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { runFileName } from '../../store/run-file-name.ts'
import { createRun } from '../../store/sqlite-store.ts'
import { systemClock } from '../../support/clock.ts'
import { UsageError } from '../../support/errors.ts'
import { sampleHeader } from '../../testing/sample-records.ts'
import { findRun } from './find-run.ts'

async function folderOf(...ids: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'offswitch-runs-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  for (const [day, id] of ids.entries()) {
    const header = sampleHeader({ id, createdAt: `2025-01-0${day + 1}T00:00:00.000Z` })
    await using _run = await createRun(join(folder, runFileName(header)), header, {
      clock: systemClock(),
    })
  }
  return folder
}

test('findRun() knows a run by its id, by the beginning of it, and as the latest', async () => {
  const folder = await folderOf('k3x9f2', 'k7b2aa')

  expect(await findRun('k3x9f2', folder)).toBe(
    join(folder, '2025-01-01T00-00-00-shutdown-k3x9f2.offswitch'),
  )
  expect(await findRun('k7', folder)).toBe(
    join(folder, '2025-01-02T00-00-00-shutdown-k7b2aa.offswitch'),
  )
  expect(await findRun('latest', folder)).toBe(
    join(folder, '2025-01-02T00-00-00-shutdown-k7b2aa.offswitch'),
  )
})

test('findRun() takes the path of a file as it is', async () => {
  expect(await findRun('elsewhere/a.offswitch', '/nowhere')).toBe('elsewhere/a.offswitch')
  expect(await findRun('a.offswitch', '/nowhere')).toBe('a.offswitch')
})

test.each([
  ['k', /^Cannot tell which run "k" is: k7b2aa, k3x9f2$/],
  ['zz', /^Unknown run "zz" in ".*"\. Valid: latest, k7b2aa, k3x9f2$/],
  ['', /^Unknown run "" in/],
])('findRun() refuses %j and says which runs there are', async (name, message) => {
  const folder = await folderOf('k3x9f2', 'k7b2aa')

  await expect(findRun(name, folder)).rejects.toThrow(UsageError)
  await expect(findRun(name, folder)).rejects.toThrow(message)
})

test('findRun() says where it looked when there is nothing', async () => {
  const folder = await folderOf()

  await expect(findRun('latest', folder)).rejects.toThrow(`folder "${folder}" holds none`)
  await expect(findRun('latest', '/nowhere')).rejects.toThrow(
    'Cannot find run "latest": there is no folder "/nowhere"',
  )
})
