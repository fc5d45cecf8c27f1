import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { beginSampleRun, shownFolder, storeSampleRun } from '../../../test/view/shown-folder.ts'
import type { ViewChange } from '../../records/view.ts'
import { type FakeClock, fakeClock } from '../../testing/fake-clock.ts'
import { sampleTrialRecord } from '../../testing/sample-records.ts'
import { createFolderWatch } from './watch-folder.ts'

const SECOND = 1_000

const ALL = { type: 'all' }

/** A watch whose seconds pass when the test says so. */
async function watched(folder: string) {
  const clock = fakeClock({ skipUpToMs: 0 })
  const changes = createFolderWatch({ folder, clock })
  const listen = async () => {
    const over = new AbortController()
    onTestFinished(() => over.abort())
    const taken: ViewChange[] = []
    const listening = (async () => {
      for await (const change of changes(over.signal)) taken.push(change)
    })()
    await looked(clock)
    return { taken, end: () => (over.abort(), listening) }
  }
  return { clock, listen, pass: () => passed(clock) }
}

/** Until the watch has looked and sleeps. */
async function looked(clock: FakeClock, sleeps = 1): Promise<void> {
  while (clock.sleeps.length < sleeps) await new Promise(setImmediate)
}

/** A second later, when it has looked once more. */
async function passed(clock: FakeClock): Promise<void> {
  const before = clock.sleeps.length
  await clock.advance(SECOND)
  await looked(clock, before + 1)
}

test('tells each listener of new trials, of the end of a run, and of runs that come and go', async () => {
  const folder = await shownFolder()
  const { name, file, writer } = await beginSampleRun(folder)
  const { listen, pass } = await watched(folder)
  const [one, two] = [await listen(), await listen()]
  const run = { type: 'run', name, revision: expect.any(String) }

  await pass()
  expect(one.taken.splice(0)).toEqual([ALL])
  expect(two.taken.splice(0)).toEqual([ALL])

  await writer.append(sampleTrialRecord())
  await pass()
  expect(one.taken.splice(0)).toEqual([run])

  await writer.setStatus('finished')
  await writer[Symbol.asyncDispose]()
  await pass()
  expect(one.taken.splice(0)).toEqual([{ type: 'runs' }, run])

  const other = await storeSampleRun(folder, { id: 'k7b2aa' })
  await pass()
  expect(one.taken.splice(0)).toEqual([{ type: 'runs' }, { ...run, name: other.name }])

  await rm(file)
  await pass()
  expect(one.taken.splice(0)).toEqual([{ type: 'runs' }])
  expect(two.taken).toHaveLength(6)
})

test('tells of files that cannot be read, of what mends them, and of a folder that goes and comes back', async () => {
  const folder = await shownFolder()
  const { name, file } = await storeSampleRun(folder)
  const { listen, pass } = await watched(folder)
  const { taken } = await listen()
  expect(taken.splice(0)).toEqual([ALL])

  await writeFile(join(folder, 'broken.offswitch'), 'no run at all')
  await pass()
  const broken = { type: 'run', name: 'broken', revision: expect.any(String) }
  expect(taken.splice(0)).toEqual([{ type: 'runs' }, broken])

  await rename(file, join(folder, 'broken.offswitch'))
  await pass()
  expect(taken.splice(0)).toEqual([{ type: 'runs' }, broken])

  await rename(folder, `${folder}-away`)
  await pass()
  expect(taken.splice(0)).toEqual([{ type: 'runs' }])

  await rename(`${folder}-away`, folder)
  await rename(join(folder, 'broken.offswitch'), file)
  await pass()
  expect(taken.splice(0)).toEqual([{ type: 'runs' }, { ...broken, name }])
})

test('nothing is looked at while nobody listens, and whoever comes later is told all the same', async () => {
  const folder = await shownFolder()
  const { clock, listen, pass } = await watched(folder)
  const first = await listen()
  await first.end()
  const sleeps = clock.sleeps.length

  await clock.advance(10 * SECOND)
  expect(clock.sleeps.length).toBe(sleeps)

  const second = await listen()
  await looked(clock, sleeps + 1)
  await storeSampleRun(folder)
  await pass()
  expect(second.taken).toEqual([ALL, { type: 'runs' }, expect.objectContaining({ type: 'run' })])
  expect(first.taken).toEqual([ALL])
})

test('what changed between reading and listening is not missed: whoever comes, first or later, is told to read all anew', async () => {
  const folder = await shownFolder()
  const { file } = await storeSampleRun(folder)
  const { listen, pass } = await watched(folder)
  await rm(file)
  const first = await listen()
  expect(first.taken).toEqual([ALL])

  const later = await listen()
  await pass()
  expect(later.taken).toEqual([ALL])
  expect(first.taken).toEqual([ALL])
})
