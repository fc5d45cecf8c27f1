import { expect, test } from 'vitest'
import type { SearchHit, SearchProgress } from '../../src/records/view.ts'
import { TextSearch, type TextSearchState } from './trial-text-search.ts'

const HIT: SearchHit = { number: 7, seq: 3, excerpt: 'rm shutdown.sh', start: 3, end: 11 }

function searchThat(answer: (signal: AbortSignal) => AsyncIterable<SearchProgress>) {
  const asked: [string, string][] = []
  const search = new TextSearch(
    {
      search: (name, text, signal) => {
        asked.push([name, text])
        return answer(signal)
      },
    },
    'a run',
    'shutdown',
  )
  const ended = (): Promise<TextSearchState> =>
    new Promise((resolve) => {
      const look = (): void => {
        const state = search.state()
        if (state.status !== 'waiting' && state.status !== 'running') resolve(state)
      }
      search.subscribe(look)
      look()
    })
  return { search, ended, asked }
}

function progress(scanned: number, hits: readonly SearchHit[], cut = false): SearchProgress {
  return { scanned, of: 10, hits: [...hits], cut }
}

test('finds come in one after another until all has been read', async () => {
  const { search, ended } = searchThat(async function* () {
    yield progress(5, [HIT])
    yield progress(10, [{ ...HIT, number: 9 }], true)
  })
  const seen: [number, number][] = []
  search.subscribe(() => seen.push([search.state().scanned, search.state().hits.size]))

  search.begin()

  expect(await ended()).toEqual({
    status: 'done',
    hits: new Map([
      [7, HIT],
      [9, { ...HIT, number: 9 }],
    ]),
    scanned: 10,
    of: 10,
    cut: true,
    error: null,
  })
  expect(seen).toEqual([
    [0, 0],
    [5, 1],
    [10, 2],
    [10, 2],
  ])
})

test('a search begins once, however often it is asked to', async () => {
  const { search, ended, asked } = searchThat(async function* () {
    yield progress(10, [])
  })

  search.begin()
  search.begin()
  await ended()
  search.begin()

  expect(asked).toEqual([['a run', 'shutdown']])
})

test('a search that is stopped keeps what it has found, and hears no more', async () => {
  const told = Promise.withResolvers<AbortSignal>()
  const { search } = searchThat(async function* (signal) {
    yield progress(1, [HIT])
    told.resolve(signal)
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    yield progress(2, [{ ...HIT, number: 8 }])
  })

  search.begin()
  const signal = await told.promise
  search.cancel()
  await new Promise((resolve) => setTimeout(resolve))

  expect([signal.aborted, search.state()]).toEqual([
    true,
    { status: 'cancelled', hits: new Map([[7, HIT]]), scanned: 1, of: 10, cut: false, error: null },
  ])
})

test('a search that fails says why, and can be made again', async () => {
  const problem = new Error('the server went away')
  let times = 0
  const { search, ended } = searchThat(async function* () {
    times += 1
    if (times === 1) throw problem
    yield progress(10, [HIT])
  })

  search.begin()
  const failed = await ended()
  search.again()
  const again = await ended()

  expect([failed.status, failed.error, again.status, again.error, again.hits.size]).toEqual([
    'failed',
    problem,
    'done',
    null,
    1,
  ])
})
