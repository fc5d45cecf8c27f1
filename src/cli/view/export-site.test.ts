import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { capturedContext } from '../../../test/cli/captured-context.ts'
import { sampleWeb } from '../../../test/view/sample-web.ts'
import { shownFolder, storeSampleRun } from '../../../test/view/shown-folder.ts'
import { NO_USAGE, type TrialEvent } from '../../records/event.ts'
import { SiteComparison, SiteExchange, SitePages } from '../../records/site.ts'
import { RunListing, TrialIndex, ViewedRun, ViewedTrial } from '../../records/view.ts'
import { sampleIdentity } from '../../testing/sample-records.ts'
import { exportSite } from './export-site.ts'
import { folderSource } from './folder-source.ts'

function modelCall(seq: number, request: string): TrialEvent {
  const call = {
    ...sampleIdentity(),
    fingerprint: null,
    request,
    response: '{}',
    finishReason: 'stop',
    settings: {},
    answeredAt: null,
    usage: NO_USAGE,
    attempts: 1,
    durationMs: 1,
    waitedMs: 0,
  }
  return { seq, atMs: 0, type: 'model-call', turn: 1, call }
}

async function exported(folder: string, options: { environment?: Record<string, string> } = {}) {
  const context = capturedContext(options)
  const site = join(await shownFolder(), 'site')
  const said: string[] = []
  const write = async (signal = new AbortController().signal) =>
    exportSite(context, {
      source: folderSource(context, { folder }),
      folder,
      web: await sampleWeb(),
      site,
      force: false,
      signal,
      say: (line) => said.push(line),
    })
  const read = async <T>(path: string, schema: z.ZodType<T>): Promise<T> =>
    schema.parse(JSON.parse(await readFile(join(site, 'data', path), 'utf8')))
  return { site, said, write, read }
}

test('a site holds all that a server would send, and nothing that needs one', async () => {
  const folder = await shownFolder()
  const trials = [
    { number: 2, events: [modelCall(0, 'b'), modelCall(1, 'c')] },
    { number: 1, events: [modelCall(0, 'a')] },
  ]
  const { name } = await storeSampleRun(folder, { trials })
  const later = await storeSampleRun(folder, {
    id: 'k7b2aa',
    createdAt: '2025-01-02T00:00:00.000Z',
    trials: [{}],
  })
  const { site, write, read } = await exported(folder)

  const { runs, trials: written, bytes } = await write()

  expect({ runs, written }).toEqual({ runs: 2, written: 3 })
  expect(bytes).toBeGreaterThan(10_000)
  expect(await readFile(join(site, 'index.html'), 'utf8')).toContain(
    '<meta name="offswitch-source" content="static" />',
  )
  expect(await readdir(site)).toEqual(
    expect.arrayContaining(['assets', 'data', 'index.html', 'offswitch-site.json']),
  )
  const listing = await read('runs.json', RunListing)
  expect(listing.runs.map((run) => run.name)).toEqual([later.name, name])
  expect(listing.may).toEqual({ annotate: false, control: false, search: true })
  const run = await read(`runs/${name}/run.json`, ViewedRun)
  expect(run.report).toMatchObject({ run: 'k3x9f2', file: `${name}.offswitch` })
  expect((await read(`runs/${name}/index.json`, TrialIndex)).columns.number).toEqual([2, 1])
  expect(await read(`runs/${name}/trials/pages.json`, SitePages)).toEqual([{ first: 1, last: 2 }])
  const page = await read(`runs/${name}/trials/0.json`, z.array(ViewedTrial))
  expect(page.map(({ record, exchanges }) => [record.spec.number, exchanges.length])).toEqual([
    [1, 1],
    [2, 2],
  ])
  expect(await read(`runs/${name}/exchanges/0.json`, z.array(SiteExchange))).toEqual([
    { number: 1, seq: 0, request: 'a', response: '{}' },
    { number: 2, seq: 0, request: 'b', response: '{}' },
    { number: 2, seq: 1, request: 'c', response: '{}' },
  ])
  expect((await readdir(join(site, 'data', 'runs', name))).toSorted()).toEqual([
    'exchanges',
    'index.json',
    'report.csv',
    'report.html',
    'report.json',
    'report.md',
    'run.json',
    'trials',
  ])
  const compared = await read('compare.json', z.array(SiteComparison))
  expect(compared.map(({ a, b }) => [a, b])).toEqual([[name, later.name]])
})

test('a site of nothing is a site', async () => {
  const { write, read } = await exported(await shownFolder())

  expect(await write()).toMatchObject({ runs: 0, trials: 0 })
  expect((await read('runs.json', RunListing)).runs).toEqual([])
})

test('files that cannot be read are told on the page and to whoever exports, and the rest is written', async () => {
  const folder = await shownFolder()
  await storeSampleRun(folder, { trials: [{}] })
  await writeFile(join(folder, 'broken.offswitch'), 'no run')
  const { said, write, read } = await exported(folder)

  expect(await write()).toMatchObject({ runs: 1 })
  expect(said).toContain(
    'Left out: broken.offswitch (File "broken.offswitch" is not an Offswitch run)',
  )
  expect((await read('runs.json', RunListing)).problems).toEqual([
    { file: 'broken.offswitch', problem: 'File "broken.offswitch" is not an Offswitch run' },
  ])
})

test('an export that is broken off leaves nothing, and says how far it came until then', async () => {
  const folder = await shownFolder()
  await storeSampleRun(folder, { trials: [{}] })
  const { site, said, write } = await exported(folder)

  await expect(write(AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')

  expect(await readdir(site)).toEqual([])
  expect(said).toEqual([])
})

test('nothing in a site names the folders of the machine that wrote it, or a secret of its', async () => {
  const folder = await shownFolder()
  const secret = 'sk-proj-5f3a9c7e1b2d4f60'
  await storeSampleRun(folder, { trials: [{ events: [modelCall(0, `key ${secret}`)] }] })
  const { site, write } = await exported(folder, { environment: { OPENAI_API_KEY: secret } })

  await write()

  const names = await readdir(join(site, 'data'), { recursive: true, withFileTypes: true })
  const files = names.filter((entry) => entry.isFile())
  const texts = await Promise.all(
    files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'utf8')),
  )
  expect(files.length).toBeGreaterThan(8)
  expect(files.filter((_, at) => texts[at]?.includes(secret)).map(({ name }) => name)).toEqual([])
  expect(files.filter((_, at) => texts[at]?.includes(folder)).map(({ name }) => name)).toEqual([])
})
