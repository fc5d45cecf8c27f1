import { afterEach, expect, test, vi } from 'vitest'
import { createLiveSource } from './live-source.ts'

const { signal } = new AbortController()
const BASE = new URL('http://127.0.0.1:7575/')

afterEach(() => {
  vi.unstubAllGlobals()
})

test('names of runs are written so that they name nothing else', async () => {
  const asked = answering(() => Response.json({ name: 'x' }, { status: 500 }))

  await createLiveSource(BASE)
    .run('../a?b#c', signal)
    .catch(() => undefined)

  expect(asked).toEqual(['GET http://127.0.0.1:7575/api/runs/..%2Fa%3Fb%23c'])
})

test.for([
  [401, 'no-token'],
  [403, 'refused'],
  [404, 'not-found'],
  [409, 'refused'],
  [422, 'damaged'],
  [503, 'unreachable'],
] as const)('status %i is %s, in the words of the server', async ([status, kind]) => {
  answering(() => Response.json({ problem: 'It is so', hint: 'Do this' }, { status }))

  await expect(createLiveSource(BASE).runs(signal)).rejects.toMatchObject({
    kind,
    message: 'It is so',
    hint: 'Do this',
  })
})

test('a server that is gone, answers with something else or is cut off is said to be so', async () => {
  const source = createLiveSource(BASE)

  answering(() => Promise.reject(new TypeError('Failed to fetch')))
  await expect(source.runs(signal)).rejects.toMatchObject({ kind: 'unreachable' })
  answering(() => new Response('<html>', { status: 502 }))
  await expect(source.runs(signal)).rejects.toMatchObject({ kind: 'unreachable' })
  answering(() => Response.json({ runs: 'none' }))
  await expect(source.runs(signal)).rejects.toMatchObject({ kind: 'damaged' })
  answering(() => new Response('{"runs":'))
  await expect(source.runs(signal)).rejects.toMatchObject({ kind: 'damaged' })
})

test('whoever has aborted is not told of a problem', async () => {
  const over = new AbortController()
  over.abort(new Error('gone elsewhere'))
  answering(() => Promise.reject(new TypeError('Failed to fetch')))

  await expect(createLiveSource(BASE).runs(over.signal)).rejects.toThrow('gone elsewhere')
})

test('what is wished is posted as JSON', async () => {
  const asked = answering(() => new Response(null, { status: 204 }))

  await createLiveSource(BASE).wish('a', 'pause')

  expect(asked).toEqual([
    'POST http://127.0.0.1:7575/api/runs/a/wish application/json {"wish":"pause"}',
  ])
})

test('a search hands on what it finds line by line', async () => {
  const lines = [
    { scanned: 1, of: 2, hits: [], cut: false },
    { scanned: 2, of: 2, hits: [], cut: false },
  ]
  answering(() => new Response(lines.map((line) => `${JSON.stringify(line)}\n`).join('')))

  expect(await Array.fromAsync(createLiveSource(BASE).search('a', 'b c', signal))).toEqual(lines)
})

test('changes are told once somebody listens', async () => {
  const opened = vi.fn<() => void>()
  answering(() => new Response(': hello\n\ndata: {"type":"runs"}\n\n'))

  const changes = createLiveSource(BASE).changes(signal, opened)

  expect(changes === null ? [] : await Array.fromAsync(changes)).toEqual([{ type: 'runs' }])
  expect(opened).toHaveBeenCalledOnce()
})

/** Answers each request in the same way, and keeps what was asked. */
function answering(answer: () => Response | Promise<Response>): string[] {
  const asked: string[] = []
  vi.stubGlobal(
    'fetch',
    async (address: URL, { method = 'GET', headers, body }: RequestInit = {}) => {
      const type = new Headers(headers).get('content-type')
      asked.push(
        [method, address.href, type, typeof body === 'string' ? body : null]
          .filter(Boolean)
          .join(' '),
      )
      return answer()
    },
  )
  return asked
}
