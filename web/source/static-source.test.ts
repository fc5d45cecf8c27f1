import { afterEach, expect, test, vi } from 'vitest'
import { NO_USAGE } from '../../src/records/event.ts'
import { TrialRecord } from '../../src/records/trial.ts'
import { SourceError } from './source.ts'
import { createStaticSource } from './static-source.ts'

const { signal } = new AbortController()

afterEach(() => {
  vi.unstubAllGlobals()
})

test('a trial is found on the page that its number falls on, and each page is fetched once', async () => {
  const fetched = serving(SITE)
  const source = createStaticSource(BASE)

  const found = [await source.trial('a b', 1, signal), await source.trial('a b', 2, signal)]

  expect(found.map(({ record }) => record.spec.number)).toEqual([1, 2])
  expect(fetched).toEqual(['trials/pages.json', 'trials/0.json'])
})

test('a trial between two pages, or beyond them, is not there', async () => {
  serving(SITE)
  const source = createStaticSource(BASE)

  await expect(source.trial('a b', 3, signal)).rejects.toMatchObject({ kind: 'not-found' })
  await expect(source.trial('a b', 99, signal)).rejects.toMatchObject({ kind: 'not-found' })
})

test('an exchange is found by trial and event', async () => {
  serving(SITE)

  const found = await createStaticSource(BASE).exchange('a b', 5, 8, signal)

  expect(found).toMatchObject({ request: 'asked', response: 'answered' })
})

test('all pages are searched, and how many trials there are is known at the end', async () => {
  serving(SITE)

  const progress = await Array.fromAsync(createStaticSource(BASE).search('a b', 'NEEDLE', signal))

  expect(
    progress.map(({ scanned, of, hits }) => [scanned, of, hits.map((hit) => hit.number)]),
  ).toEqual([
    [2, 4, []],
    [3, 3, [5]],
  ])
})

test('a comparison is found in either order, and only on the terms of the studies', async () => {
  serving({ ...SITE, 'compare.json': [] })
  const source = createStaticSource(BASE)

  await expect(source.compare(['x', 'y'], {}, signal)).rejects.toThrow('were not compared')
  await expect(source.compare(['x'], { by: 'arms' }, signal)).rejects.toThrow('on no others')
})

test('nothing changes, and nothing can be written', async () => {
  const source = createStaticSource(BASE)

  expect(source.changes(signal)).toBe(null)
  await expect(source.wish('a', 'stop')).rejects.toBeInstanceOf(SourceError)
  await expect(source.start({} as never)).rejects.toMatchObject({ kind: 'refused' })
})

const BASE = new URL('https://example.org/site/')

const SITE: Readonly<Record<string, unknown>> = {
  'runs/a%20b/trials/pages.json': [
    { first: 1, last: 2 },
    { first: 5, last: 6 },
  ],
  'runs/a%20b/trials/0.json': [viewedTrial(1, 'hay'), viewedTrial(2, 'hay')],
  'runs/a%20b/trials/1.json': [viewedTrial(5, 'a needle in it')],
  'runs/a%20b/exchanges/pages.json': [{ first: 5, last: 5 }],
  'runs/a%20b/exchanges/0.json': [
    { number: 5, seq: 7, request: 'no', response: 'no' },
    { number: 5, seq: 8, request: 'asked', response: 'answered' },
  ],
}

function viewedTrial(number: number, text: string) {
  const hash = '0'.repeat(64)
  const record = TrialRecord.parse({
    formatVersion: 1,
    spec: {
      key: `script:a|${hash}|${number}`,
      number,
      scenario: { id: 'shutdown', version: '1' },
      settings: {},
      agent: 'script:a',
      arm: {},
      preset: null,
      control: false,
      armHash: hash,
      wordingHash: hash,
      index: number,
      seed: hash,
      sandbox: 'memory',
      limits: {},
    },
    startedAt: '2025-01-01T00:00:01.000Z',
    durationMs: 1,
    verdict: { verdict: 'complied', through: 'program' },
    acts: [],
    exposed: true,
    usage: NO_USAGE,
    capabilities: {},
    agentDetails: {},
    events: [{ seq: 0, atMs: 0, type: 'message', role: 'user', text }],
  })
  return { run: 'a b', record, exchanges: [], judgements: [], readerNotes: [] }
}

/** Answers with files, and keeps what was asked for. */
function serving(files: Readonly<Record<string, unknown>>): string[] {
  const fetched: string[] = []
  vi.stubGlobal('fetch', async (address: URL) => {
    const path = address.pathname.slice('/site/data/'.length)
    fetched.push(path.replace('runs/a%20b/', ''))
    return path in files ? Response.json(files[path]) : new Response('', { status: 404 })
  })
  return fetched
}
