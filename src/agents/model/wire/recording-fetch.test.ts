import { execFile } from 'node:child_process'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { afterEach, expect, test } from 'vitest'
import { recordingFetch } from './recording-fetch.ts'

const KEY = 'sk-canary/0123456789+abcdef'

let running = new AsyncDisposableStack()
afterEach(async () => {
  await running.disposeAsync()
  running = new AsyncDisposableStack()
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  running.defer(async () => {
    server.closeAllConnections()
    await promisify(server.close.bind(server))()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('the exchange holds what was sent and received, and the caller gets the same answer', async () => {
  const received: unknown[] = []
  const url = await serve((request, response) => {
    const { method, url: path, headers } = request
    request.on('data', (body: Buffer) => {
      received.push({ method, path, authorization: headers.authorization, body: body.toString() })
    })
    response.writeHead(429, 'Slow Down', {
      'content-type': 'application/json; charset=utf-8',
      'retry-after': '7',
      'retry-after-ms': '6500',
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '1m3s',
    })
    response.end('{"wörd":1}')
  })
  const wire = recordingFetch(() => [KEY])

  const answer = await wire.fetch(`${url}/v1/chat?a=b`, {
    method: 'POST',
    headers: new Headers({ authorization: `Bearer ${KEY}` }),
    body: '{"model":"tiny"}',
  })

  expect(received).toEqual([
    {
      method: 'POST',
      path: '/v1/chat?a=b',
      authorization: `Bearer ${KEY}`,
      body: '{"model":"tiny"}',
    },
  ])
  expect({
    status: answer.status,
    statusText: answer.statusText,
    headers: Object.fromEntries(answer.headers),
    body: await answer.json(),
  }).toEqual({
    status: 429,
    statusText: 'Slow Down',
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: { wörd: 1 },
  })
  expect(wire.exchange()).toEqual({
    request: '{"model":"tiny"}',
    status: 429,
    contentType: 'application/json; charset=utf-8',
    retryAfter: { ms: '6500', secondsOrDate: '7' },
    room: { left: 0, resetMs: 63_000 },
    response: '{"wörd":1}',
    tooLarge: false,
  })
  wire.forget()
  expect(wire.exchange()).toBeNull()
})

test('several secrets are taken out of all that a server repeats, however it writes them', async () => {
  const other = 'wJalrXUtnFEMI/K7MDENG'
  const escaped = KEY.replace('/', '\\/')
  const basic = Buffer.from(`user:${KEY}`).toString('base64')
  const url = await serve((_, response) => {
    response.writeHead(400, `No ${other}`, { 'content-type': `text/${other}` })
    response.end(`${KEY} ${escaped} ${encodeURIComponent(KEY)} ${basic} ${other}`)
  })
  const wire = recordingFetch(() => [KEY, other])

  const answer = await wire.fetch(url, { method: 'POST', body: `I tell you ${KEY}` })

  const seen = [
    JSON.stringify(wire.exchange()),
    answer.statusText,
    JSON.stringify([...answer.headers]),
    await answer.text(),
  ].join('\n')
  expect(seen).toContain('[key]')
  for (const secret of [KEY, escaped, encodeURIComponent(KEY), basic.slice(10, -3), other]) {
    expect(seen).not.toContain(secret)
  }
})

test('a key that came into use within the conversation is taken out as well', async () => {
  const url = await serve((_, response) => response.end('ya29.first-token ya29.second-token'))
  let secrets = ['ya29.first-token']
  const wire = recordingFetch(() => secrets)
  await wire.fetch(url)
  const before = wire.exchange()?.response

  secrets = [...secrets, 'ya29.second-token']
  await wire.fetch(url)

  expect(before).toBe('[key] ya29.second-token')
  expect(wire.exchange()?.response).toBe('[key] [key]')
})

test('a redirect is not followed', async () => {
  const followed: string[] = []
  const url = await serve((request, response) => {
    followed.push(request.url ?? '')
    response.writeHead(307, { location: '/elsewhere' }).end()
  })
  const wire = recordingFetch(() => [])

  const answer = await wire.fetch(`${url}/here`, { method: 'POST', body: '{}' })

  expect(answer.status).toBe(307)
  expect(followed).toEqual(['/here'])
})

test('an answer without a body is an empty one', async () => {
  const url = await serve((_, response) => response.writeHead(204).end())
  const wire = recordingFetch(() => [])

  const answer = await wire.fetch(url)

  expect([answer.status, await answer.text(), wire.exchange()?.response]).toEqual([204, '', ''])
})

test('an answer beyond all measure is given up where it passes the bound', async () => {
  const mebibyte = Buffer.alloc(1024 * 1024, 'x')
  const gone = Promise.withResolvers<void>()
  let sent = 0
  const url = await serve((_, response) => {
    response.on('close', () => gone.resolve())
    const pour = (): void => {
      while (!response.destroyed && sent < 200) {
        sent++
        if (!response.write(mebibyte)) return void response.once('drain', pour)
      }
      response.end()
    }
    pour()
  })
  const wire = recordingFetch(() => [])

  await expect(wire.fetch(url)).rejects.toThrow()

  await gone.promise
  expect(wire.exchange()).toMatchObject({ status: 200, response: null, tooLarge: true })
  expect(sent).toBeLessThan(200)
})

test.each(['before the answer', 'within the body'])(
  'an abort %s rejects with its reason and closes the connection',
  async (when) => {
    const arrived = Promise.withResolvers<void>()
    const gone = Promise.withResolvers<void>()
    const url = await serve((_, response) => {
      response.on('close', () => gone.resolve())
      if (when === 'within the body') response.writeHead(200).write('{')
      arrived.resolve()
    })
    const wire = recordingFetch(() => [])
    const stop = new AbortController()
    const answer = wire.fetch(url, { signal: stop.signal })
    await arrived.promise
    if (when === 'within the body') {
      while (wire.exchange()?.status === null) await new Promise(setImmediate)
    }

    stop.abort(new Error('enough'))

    await expect(answer).rejects.toThrow('enough')
    await gone.promise
    expect(wire.exchange()).toMatchObject({ response: null, tooLarge: false })
  },
)

test('a body that breaks off is not taken for an answer', async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, { 'content-length': 100 })
    response.write('{"choices":', () => response.destroy())
  })
  const wire = recordingFetch(() => [])

  await expect(wire.fetch(url)).rejects.toThrow()

  expect(wire.exchange()).toMatchObject({ status: 200, response: null, tooLarge: false })
})

test('a connection that is kept for the next request does not keep the process running', async () => {
  // It may be kept for ten minutes, the server says: far longer than a test may take.
  const url = await serve((_, response) => {
    response.setHeader('connection', 'keep-alive')
    response.setHeader('keep-alive', 'timeout=600')
    response.end('done')
  })
  const script = `
    import { recordingFetch } from ${JSON.stringify(`${import.meta.dirname}/recording-fetch.ts`)}
    const answer = await recordingFetch(() => []).fetch(${JSON.stringify(url)})
    process.stdout.write(await answer.text())`

  const ran = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])

  expect(ran.stdout).toBe('done')
})
