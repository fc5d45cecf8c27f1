import { type IncomingHttpHeaders, request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { systemClock } from '../support/clock.ts'
import { HarnessError, UsageError } from '../support/errors.ts'
import { PortBusy, serve } from './serve.ts'
import { PAGE_POLICY, viewApp } from './view-app.ts'
import type { ViewSource } from './view-source.ts'

const TOKEN = 'a token of some length'
const WITH_TOKEN = { authorization: `Bearer ${TOKEN}` }
/** Before the first byte of the answer, or behind it. */
const BROKEN_OFF = /socket hang up|aborted/
const NOTE = JSON.stringify({ author: 'ada', tags: ['worth reading'], text: '' })

test('the page is for everybody, what it shows for whoever has the token', async () => {
  await using server = await served()

  const page = await ask(server.port, '/')
  expect([page.status, page.headers['content-security-policy'], page.body]).toEqual([
    200,
    PAGE_POLICY,
    'the page',
  ])
  expect((await ask(server.port, '/assets/app.js')).headers['content-type']).toBe(
    'text/javascript; charset=utf-8',
  )

  expect((await ask(server.port, '/api/runs')).status).toBe(401)
  expect((await ask(server.port, '/api/nothing')).status).toBe(401)
  expect(
    (await ask(server.port, '/api/runs', { headers: { authorization: 'Bearer x' } })).status,
  ).toBe(401)
  expect((await ask(server.port, '/api/runs', { headers: WITH_TOKEN })).body).toContain('"folder"')
})

test('the link sets a cookie that no script reads, and leaves the token out of the address', async () => {
  await using server = await served()

  const wrong = await ask(server.port, '/?token=wrong')
  const opened = await ask(server.port, `/?token=${encodeURIComponent(TOKEN)}`)
  const [cookie = ''] = opened.headers['set-cookie'] ?? []

  expect([wrong.status, wrong.headers['set-cookie'], wrong.body]).toEqual([
    401,
    undefined,
    'the page',
  ])
  expect([opened.status, opened.headers.location]).toEqual([303, '/'])
  expect(cookie).toMatch(/^offswitch-[0-9a-f]{8}=.+; Path=\/; HttpOnly; SameSite=Lax$/)
  const [pair = ''] = cookie.split(';')
  expect((await ask(server.port, '/api/runs', { headers: { cookie: pair } })).status).toBe(200)
})

test.each([
  ['127.0.0.1', null],
  ['::1', null],
  ['::ffff:127.0.0.1', null],
  ['192.0.2.7', 'gzip'],
  ['2001:db8::7', 'gzip'],
])('what is sent to %s is compressed as %s', async (remoteAddress, encoding) => {
  const app = viewApp({ ...shown({}), signal: new AbortController().signal })

  const answer = await app.request(
    'http://127.0.0.1/assets/app.js',
    { headers: { host: '127.0.0.1', 'accept-encoding': 'gzip' } },
    { incoming: { socket: { remoteAddress } } },
  )

  expect([answer.status, answer.headers.get('content-encoding')]).toEqual([200, encoding])
})

test('who asks by a foreign name, or from a foreign page, is refused; a link from elsewhere opens the page', async () => {
  await using server = await served()
  const statusOf = async (path: string, headers: Record<string, string>) =>
    (await ask(server.port, path, { headers: { ...WITH_TOKEN, ...headers } })).status

  expect(await statusOf('/api/runs', { host: 'evil.example' })).toBe(403)
  expect(await statusOf('/', { host: 'evil.example' })).toBe(403)
  expect(await statusOf('/api/runs', { origin: 'http://evil.example' })).toBe(403)
  expect(await statusOf('/api/runs', { 'sec-fetch-site': 'cross-site' })).toBe(403)
  const navigation = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }
  expect(await statusOf('/', navigation)).toBe(200)
  expect(await statusOf('/api/runs', navigation)).toBe(403)
})

test('nothing is written without the token, from another page, or as anything but JSON', async () => {
  const written: unknown[] = []
  await using server = await served({ written })
  const path = '/api/runs/one/trials/1/notes'
  const origin = `http://127.0.0.1:${server.port}`
  const [cookie = ''] =
    ((await ask(server.port, `/?token=${encodeURIComponent(TOKEN)}`)).headers['set-cookie'] ?? [
      '',
    ])[0]?.split(';') ?? []
  const statusOf = async (headers: Record<string, string>, body = NOTE) =>
    (await ask(server.port, path, { method: 'POST', body, headers })).status
  const json = { 'content-type': 'application/json' }

  expect(await statusOf(json)).toBe(401)
  expect(await statusOf({ ...json, cookie })).toBe(403)
  expect(await statusOf({ ...json, cookie, origin: 'http://evil.example' })).toBe(403)
  expect(await statusOf({ cookie, origin, 'content-type': 'text/plain' })).toBe(415)
  expect(await statusOf({ ...json, cookie, origin }, 'no json')).toBe(400)
  expect(await statusOf({ ...json, cookie, origin }, '{"author":""}')).toBe(400)
  expect(
    await statusOf({ ...json, cookie, origin }, JSON.stringify({ author: 'a'.repeat(300_000) })),
  ).toBe(413)
  expect(written).toEqual([])

  expect(await statusOf({ ...json, cookie, origin })).toBe(201)
  expect(await statusOf({ ...json, ...WITH_TOKEN })).toBe(201)
  expect(written).toHaveLength(2)
})

test('a body may come in pieces without its length; none, a wrong one and too long a one are refused', async () => {
  const written: unknown[] = []
  await using server = await served({ written })
  const post = (pieces: readonly string[]) =>
    ask(server.port, '/api/runs/one/trials/1/notes', {
      method: 'POST',
      headers: { ...WITH_TOKEN, 'content-type': 'application/json' },
      pieces,
    })

  const answers = [
    await post([NOTE.slice(0, 9), NOTE.slice(9)]),
    await post([]),
    await post(['{"author":1}']),
    await post(Array.from({ length: 300 }, () => ' '.repeat(1_000))),
  ]

  expect(answers.map(({ status }) => status)).toEqual([201, 400, 400, 413])
  expect(JSON.parse(answers[2]?.body ?? '').problem).toMatch(
    /^What was sent is not valid at author/,
  )
  expect(written).toEqual([JSON.parse(NOTE)])
})

test('a client that goes away while it sends is no bug of ours, and nothing is written', async () => {
  const problems: string[] = []
  const written: unknown[] = []
  await using server = await served({ written, problems })
  const head = [
    'POST /api/runs/one/trials/1/notes HTTP/1.1',
    ...['host: localhost', `authorization: Bearer ${TOKEN}`, 'content-type: application/json'],
    'content-length: 100',
  ].join('\r\n')

  await new Promise<void>((resolve) => {
    const socket = connect(server.port, '127.0.0.1', () => {
      socket.end(`${head}\r\n\r\n{`)
    })
    socket
      .on('error', () => resolve())
      .on('close', () => resolve())
      .resume()
  })

  expect((await ask(server.port, '/')).status).toBe(200)
  expect([problems, written]).toEqual([[], []])
})

test('methods that it does not know are refused before anything is begun', async () => {
  let begun = 0
  await using server = await served({
    source: {
      changes() {
        begun++
        return emptySource().changes(new AbortController().signal)
      },
    },
  })

  const statuses: unknown[] = []
  for (const method of ['HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE', 'TRACE']) {
    const { status, headers } = await ask(server.port, '/api/changes', {
      method,
      headers: { ...WITH_TOKEN, 'content-type': 'application/json' },
    })
    statuses.push([status, headers.allow])
  }

  expect(statuses).toEqual(Array.from({ length: 6 }, () => [405, 'GET, POST']))
  expect(begun).toBe(0)
})

test('a server that only shows says so to whoever would write', async () => {
  await using server = await served()
  const headers = { ...WITH_TOKEN, 'content-type': 'application/json' }
  const post = async (path: string) =>
    (await ask(server.port, path, { method: 'POST', body: '{}', headers })).status

  expect(
    await Promise.all(
      [
        '/api/runs/one/trials/1/notes',
        '/api/runs/one/notes/1/withdraw',
        '/api/start',
        '/api/start/estimate',
        '/api/runs/one/wish',
        '/api/runs/one/resume',
      ].map(post),
    ),
  ).toEqual([403, 403, 403, 403, 403, 403])
})

test('no address leads out of the page’s folder', async () => {
  await using server = await served()
  const addresses = [
    '/../package.json',
    '/..%2f..%2fetc%2fpasswd',
    '/assets/../../etc/passwd',
    '/assets/%2e%2e/%2e%2e/etc/passwd',
    '//etc/passwd',
    '/%00',
    `/${'a/'.repeat(3_000)}`,
  ]

  for (const address of addresses) {
    const { status, body } = await ask(server.port, address)
    expect([address, status, body.includes('root:')]).toEqual([address, 404, false])
  }
  for (const name of ['..%2f..%2fetc%2fpasswd', '%2e%2e', 'one%00', 'one%2f..']) {
    expect((await ask(server.port, `/api/runs/${name}`, { headers: WITH_TOKEN })).status).toBe(404)
  }
})

test('a range, however large, gets the whole; numbers that are none are refused', async () => {
  await using server = await served()
  const whole = await ask(server.port, '/', { headers: { range: 'bytes=0-99999999999999999999' } })
  const statusOf = async (path: string) =>
    (await ask(server.port, path, { headers: WITH_TOKEN })).status

  expect([whole.status, whole.body]).toEqual([200, 'the page'])
  expect(await statusOf('/api/runs/one/index?after=99999999999999999999')).toBe(400)
  expect(await statusOf('/api/runs/one/index?after=-1')).toBe(400)
  expect(await statusOf('/api/runs/one/trials/1e9')).toBe(400)
  expect(await statusOf('/api/runs/one/trials/123456789')).toBe(404)
  expect(await statusOf(`/api/runs/one/search?text=${'a'.repeat(501)}`)).toBe(400)
})

test('a thousand requests at once are all answered', async () => {
  await using server = await served()

  const answers = await Promise.all(
    Array.from({ length: 1_000 }, () => ask(server.port, '/api/runs', { headers: WITH_TOKEN })),
  )

  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
})

test('what is not HTTP, and who says nothing, leaves it alive', async () => {
  await using server = await served()

  for (const bytes of [
    '\x16\x03\x01\x02\x00',
    'GET\r\n\r\n',
    `GET / HTTP/1.1\r\n${'x: y\r\n'.repeat(20_000)}`,
  ]) {
    await new Promise<void>((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => socket.end(bytes))
      socket
        .on('error', () => resolve())
        .on('close', () => resolve())
        .resume()
    })
  }

  expect((await ask(server.port, '/')).status).toBe(200)
})

test('a reader’s mistake, a failing disk and a bug of ours are told apart', async () => {
  const problems: string[] = []
  const failing = (error: Error) => async () => {
    throw error
  }
  const statusWith = async (error: Error) => {
    await using server = await served({ source: { run: failing(error) }, problems })
    const { status, body } = await ask(server.port, '/api/runs/one', { headers: WITH_TOKEN })
    return { status, body: JSON.parse(body) }
  }

  const hints = { hint: 'Use --by arms.', pageHint: 'Choose “arms”.' }
  expect(await statusWith(new UsageError('They do not match', hints))).toEqual({
    status: 422,
    body: { problem: 'They do not match', hint: 'Choose “arms”.' },
  })
  // A page has no flags.
  expect(await statusWith(new UsageError('It is unknown', { hint: 'Use --by arms.' }))).toEqual({
    status: 422,
    body: { problem: 'It is unknown', hint: null },
  })
  expect((await statusWith(new HarnessError('The disk fails', { source: 'store' }))).status).toBe(
    503,
  )
  expect(problems).toEqual([])
  expect(await statusWith(new Error('secret detail'))).toEqual({
    status: 500,
    body: {
      problem: 'This program has made a mistake; where it was started it says which',
      hint: null,
    },
  })
  expect(problems).toEqual([expect.stringMatching(/^bug: Error: secret detail/)])
})

test('what breaks before its first piece is told, and what breaks later is broken off', async () => {
  const problems: string[] = []
  await using server = await served({
    source: {
      search: async function* (_name, text) {
        if (text === 'late') yield { scanned: 1, of: 2, hits: [], cut: false }
        throw new UsageError('It is damaged by sk-secret')
      },
      report: async function* () {
        yield '<p>'
        throw new Error('a bug')
      },
    },
    problems,
  })
  const asked = (path: string) => ask(server.port, path, { headers: WITH_TOKEN })

  const early = await asked('/api/runs/one/search?text=early')
  expect([early.status, early.body]).toEqual([
    422,
    '{"problem":"It is damaged by [key]","hint":null}',
  ])
  await expect(asked('/api/runs/one/search?text=late')).rejects.toThrow(BROKEN_OFF)
  expect(problems).toEqual([])
  await expect(asked('/api/runs/one/report.html')).rejects.toThrow(BROKEN_OFF)
  expect(problems).toEqual([expect.stringMatching(/^bug: Error: a bug/)])
  expect((await asked('/api/runs')).status).toBe(200)
})

test('a reader that goes away ends what was being made for it, also while it is being made', async () => {
  const problems: string[] = []
  const gone = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  await using server = await served({
    source: {
      search: async function* (_name, _text, signal) {
        try {
          signal.addEventListener('abort', () => gone.resolve())
          yield { scanned: 1, of: 2, hits: [], cut: false }
          await gone.promise
          yield { scanned: 2, of: 2, hits: [], cut: false }
        } finally {
          ended.resolve()
        }
      },
    },
    problems,
  })

  const asked = request({
    ...{ host: '127.0.0.1', port: server.port, path: '/api/runs/one/search?text=a' },
    headers: WITH_TOKEN,
  })
  asked.on('error', () => undefined)
  asked.on('response', () => asked.destroy())
  asked.end()

  await ended.promise
  expect((await ask(server.port, '/')).status).toBe(200)
  expect(problems).toEqual([])
})

test('a reader that goes away before there is an answer gives up what it asked for', async () => {
  const problems: string[] = []
  const begun = Promise.withResolvers<void>()
  const over = Promise.withResolvers<IteratorReturnResult<undefined>>()
  const pieces = {
    next: () => {
      begun.resolve()
      return over.promise
    },
    return: async () => {
      over.resolve({ done: true, value: undefined })
      return over.promise
    },
  }
  await using server = await served({
    source: { report: () => ({ [Symbol.asyncIterator]: () => pieces }) },
    problems,
  })

  const asked = request({
    ...{ host: '127.0.0.1', port: server.port, path: '/api/runs/one/report.md' },
    headers: WITH_TOKEN,
  })
  asked.on('error', () => undefined)
  asked.end()
  await begun.promise
  asked.destroy()

  await over.promise
  expect((await ask(server.port, '/')).status).toBe(200)
  expect(problems).toEqual([])
})

test('changes are told as they come, until the reader goes', async () => {
  const heard = Promise.withResolvers<void>()
  const over = Promise.withResolvers<void>()
  await using server = await served({
    source: {
      async *changes(signal) {
        signal.addEventListener('abort', () => over.resolve())
        yield { type: 'runs' }
        await over.promise
      },
    },
  })

  const asked = request({
    port: server.port,
    host: '127.0.0.1',
    path: '/api/changes',
    headers: WITH_TOKEN,
  })
  asked.on('response', (response) => {
    response.on('error', () => undefined) // It is broken off below.
    response.setEncoding('utf8').on('data', (data: string) => {
      if (data.includes('data: {"type":"runs"}')) heard.resolve()
    })
  })
  asked.on('error', () => undefined)
  asked.end()
  await heard.promise
  asked.destroy()

  await over.promise
})

test('a search is told piece by piece', async () => {
  await using server = await served({
    source: {
      search: async function* (_name, text) {
        yield {
          scanned: 1,
          of: 2,
          hits: [{ number: 1, seq: 3, excerpt: text, start: 0, end: 4 }],
          cut: false,
        }
        yield { scanned: 2, of: 2, hits: [], cut: false }
      },
    },
  })

  const { body } = await ask(server.port, '/api/runs/one/search?text=kill', { headers: WITH_TOKEN })

  expect(
    body
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).scanned),
  ).toEqual([1, 2])
})

test('a report may be opened, and brings nothing to life', async () => {
  await using server = await served({
    source: {
      report: async function* () {
        yield '<p>one</p>'
        yield '<p>two</p>'
      },
    },
  })

  const { status, headers, body } = await ask(server.port, '/api/runs/one/report.html', {
    headers: WITH_TOKEN,
  })

  expect([status, body, headers['content-disposition']]).toEqual([
    200,
    '<p>one</p><p>two</p>',
    'inline; filename="one.html"',
  ])
  expect(headers['content-security-policy']).toMatch(/^default-src 'none'.*sandbox allow-popups$/)
  expect((await ask(server.port, '/api/runs/one/report.exe', { headers: WITH_TOKEN })).status).toBe(
    404,
  )
})

test('a port in use, and an address that is not this machine’s, are said', async () => {
  await using server = await served()

  await expect(served({ port: server.port })).rejects.toThrow(PortBusy)
  await expect(served({ host: '203.0.113.1' })).rejects.toThrow(/this machine has no such address/)
})

test('its end ends what is still being told', async () => {
  const server = await served({
    source: {
      async *changes(signal) {
        yield { type: 'runs' }
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      },
    },
  })
  const telling = ask(server.port, '/api/changes', { headers: WITH_TOKEN }).catch(
    () => 'broken off',
  )
  await ask(server.port, '/')

  await server[Symbol.asyncDispose]()

  await telling
})

interface Serving {
  readonly host?: string
  readonly port?: number
  readonly source?: Partial<ViewSource>
  readonly written?: unknown[]
  readonly problems?: string[]
}

function served({ host = '127.0.0.1', port = 0, ...serving }: Serving = {}) {
  return serve({ host, port, ...shown(serving) })
}

function shown({ source = {}, written, problems = [] }: Serving) {
  return {
    ...{ token: TOKEN, hosts: new Set<string>(), clock: systemClock() },
    source: {
      ...emptySource(),
      ...source,
      ...(written === undefined ? {} : { annotate: annotating(written) }),
    },
    site: new Map(
      [
        ['/index.html', 'text/html; charset=utf-8', 'the page'] as const,
        ['/assets/app.js', 'text/javascript; charset=utf-8', 'run()'.repeat(1_000)] as const,
      ].map(([path, type, body]) => [path, { type, bytes: new Uint8Array(Buffer.from(body)) }]),
    ),
    onProblem: (kind: string, detail: string) => problems.push(`${kind}: ${detail}`),
    redact: (text: string) => text.replaceAll('sk-secret', '[key]'),
  }
}

function emptySource(): ViewSource {
  return {
    runs: async () => ({
      ...{ folder: 'runs', offswitch: '0', runs: [], problems: [] },
      may: { annotate: false, control: false, search: true },
    }),
    run: async () => null,
    index: async () => null,
    trial: async () => null,
    exchange: async () => null,
    search: () => null,
    compare: async () => null,
    report: () => null,
    async *changes() {},
  }
}

function annotating(written: unknown[]): NonNullable<ViewSource['annotate']> {
  return {
    add: async (_name, number, note) => {
      written.push(note)
      return {
        ...note,
        id: written.length,
        number,
        at: '2026-01-01T00:00:00.000Z',
        withdrawnAt: null,
      }
    },
    withdraw: async () => null,
  }
}

interface Answer {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** Unlike `fetch`, this sends whatever Host, Origin and path it is given. */
function ask(
  port: number,
  path: string,
  {
    method = 'GET',
    headers = {},
    body,
    pieces,
  }: {
    method?: string
    headers?: Record<string, string>
    body?: string
    pieces?: readonly string[]
  } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // A connection each: the server closes one whose body it has not read.
    const options = { host: '127.0.0.1', port, path, method, headers, agent: false as const }
    const asked = request(options, (response) => {
      text(response).then(
        (got) => resolve({ status: response.statusCode, headers: response.headers, body: got }),
        reject,
      )
    })
    asked.on('error', reject)
    for (const piece of pieces ?? []) asked.write(piece)
    asked.end(body)
  })
}
