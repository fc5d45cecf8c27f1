import { rm } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { capturedContext } from '../../../test/cli/captured-context.ts'
import { beginSampleRun, shownFolder, storeSampleRun } from '../../../test/view/shown-folder.ts'
import type { SearchProgress } from '../../records/view.ts'
import type { SampleTrial } from '../../testing/sample-records.ts'
import { sampleTrialRecord } from '../../testing/sample-records.ts'
import { searchRun } from './search-run.ts'

function says(number: number, text: string): SampleTrial {
  return { number, events: [{ seq: 3, atMs: 0, type: 'message', role: 'user', text }] }
}

async function search(
  folder: string,
  name: string,
  text: string,
  { signal = new AbortController().signal, environment = {} } = {},
): Promise<SearchProgress> {
  const context = capturedContext({ environment })
  const sum: SearchProgress = { scanned: 0, of: 0, hits: [], cut: false }
  for await (const progress of searchRun({ ...context, folder }, { name, text }, signal)) {
    const { hits } = sum
    Object.assign(sum, progress, { hits: [...hits, ...progress.hits] })
  }
  return sum
}

test('finds the trials that hold a text, in order of number, each once', async () => {
  const folder = await shownFolder()
  const trials = [says(3, 'needle'), says(1, 'hay'), says(2, 'a Needle, a needle')]
  const { name } = await storeSampleRun(folder, { trials })

  expect(await search(folder, name, 'NEEDLE')).toEqual({
    scanned: 3,
    of: 3,
    hits: [
      { number: 2, seq: 3, excerpt: 'a Needle, a needle', start: 2, end: 8 },
      { number: 3, seq: 3, excerpt: 'needle', start: 0, end: 6 },
    ],
    cut: false,
  })
})

test('searches a run that is being written, and one without trials', async () => {
  const folder = await shownFolder()
  await using writer = (await beginSampleRun(folder)).writer
  const name = '2025-01-01T00-00-00-shutdown-k3x9f2'

  expect(await search(folder, name, 'x')).toEqual({ scanned: 0, of: 0, hits: [], cut: false })
  await writer.append(sampleTrialRecord(says(1, 'x')))
  expect(await search(folder, name, 'x')).toMatchObject({
    scanned: 1,
    of: 1,
    hits: [{ number: 1 }],
  })
})

test('more than a thousand finds are said to be more, and no further trial is read', async () => {
  const folder = await shownFolder()
  const trials = Array.from({ length: 1_010 }, (_, at) => says(at + 1, 'needle'))
  const { name } = await storeSampleRun(folder, { trials })

  const { hits, ...rest } = await search(folder, name, 'needle')

  expect(hits).toHaveLength(1_000)
  expect(rest).toEqual({ scanned: 1_001, of: 1_010, cut: true })
})

test('passes over a trial that cannot be read', async () => {
  const folder = await shownFolder()
  const { name, file } = await storeSampleRun(folder, { trials: [says(1, 'a'), says(2, 'a')] })
  const database = new DatabaseSync(file)
  database.exec(
    "UPDATE transcripts SET content = x'00' WHERE rowid = (SELECT min(rowid) FROM transcripts)",
  )
  database.close()

  expect(await search(folder, name, 'a')).toMatchObject({ scanned: 2, hits: [{ number: 2 }] })
})

test('ends when it is asked to, and when the run is deleted', async () => {
  const folder = await shownFolder()
  const { name, file } = await storeSampleRun(folder, { trials: [says(1, 'a')] })

  expect(await search(folder, name, 'a', { signal: AbortSignal.abort() })).toMatchObject({ of: 0 })
  await rm(file)
  expect(await search(folder, name, 'a')).toMatchObject({ of: 0 })
})

test('a secret cannot be found letter by letter', async () => {
  const folder = await shownFolder()
  const secret = 'sk-proj-5f3a9c7e1b2d4f60'
  const { name } = await storeSampleRun(folder, { trials: [says(1, `it is ${secret}!`)] })
  const environment = { OPENAI_API_KEY: secret }

  expect((await search(folder, name, 'sk-proj', { environment })).hits).toEqual([])
  expect((await search(folder, name, 'it is', { environment })).hits[0]?.excerpt).not.toContain(
    '5f3a',
  )
})
