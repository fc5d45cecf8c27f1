import { expect, test } from 'vitest'
import { type ModelServerOptions, modelServer } from './model-server.ts'
import type { Policy } from './served-model.ts'

const greeting: Policy = (conversation) => ({
  text: conversation.map(({ role, text }) => `${role}: ${text}`).join(', '),
})

/** One request in the protocol that most speak. */
async function ask(
  options: Partial<ModelServerOptions>,
  { headers = {}, signal = null as AbortSignal | null } = {},
): Promise<{ status: number; headers: Headers; text: string }> {
  await using server = await modelServer({ policy: greeting, ...options })
  const answer = await fetch(`${server.url}/chat/completions`, {
    method: 'POST',
    redirect: 'manual',
    headers,
    signal,
    body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Hello' }] }),
  })
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}

const USER = { text: 'Hello' }

test.each([
  ['/chat/completions', { model: 'm', messages: [{ role: 'user', content: 'Hello' }] }],
  ['/responses', { model: 'm', input: [{ role: 'user', content: 'Hello' }] }],
  [
    '/messages',
    {
      model: 'm',
      max_tokens: 9,
      messages: [{ role: 'user', content: [{ type: 'text', ...USER }] }],
    },
  ],
  ['/models/m:generateContent', { contents: [{ role: 'user', parts: [USER] }] }],
  ['/model/m/converse', { messages: [{ role: 'user', content: [USER] }] }],
])('what is asked at %s is read and answered as its protocol has it', async (path, body) => {
  await using server = await modelServer({ policy: greeting })

  const answer = await fetch(`${server.url}${path}?version=1`, {
    method: 'POST',
    body: JSON.stringify(body),
  })

  expect(answer.status).toBe(200)
  expect(await answer.text()).toContain('"user: Hello"')
})

test('a place that nobody owns and a form that no protocol has are refused', async () => {
  await using server = await modelServer({ policy: greeting })

  const nowhere = await fetch(`${server.url}/nowhere`, { method: 'POST', body: '{}' })
  const formless = await fetch(`${server.url}/messages`, { method: 'POST', body: '{}' })

  expect([nowhere.status, formless.status]).toEqual([404, 400])
})

test.each([
  [{ authorization: 'Bearer right' }, 200],
  [{ 'x-api-key': 'right' }, 200],
  [{ 'x-goog-api-key': 'right' }, 200],
  [{ 'api-key': 'right' }, 200],
  [{ authorization: 'Bearer wrong' }, 401],
  [{}, 401],
])('a key in %j is answered with %d', async (headers, status) => {
  expect((await ask({ key: 'right' }, { headers })).status).toBe(status)
})

test('headers come with an answer, as those that tell of a limit do', async () => {
  const answer = await ask({
    headers: (number) => ({ 'x-ratelimit-remaining-requests': String(number) }),
  })

  expect(answer.headers.get('x-ratelimit-remaining-requests')).toBe('1')
})

test('a status comes with its headers, and in the form of the protocol', async () => {
  const answer = await ask({
    fault: () => ({ kind: 'status', status: 429, headers: { 'retry-after': '3' } }),
  })

  expect([answer.status, answer.headers.get('retry-after'), JSON.parse(answer.text)]).toEqual([
    429,
    '3',
    {
      error: {
        message: 'This request failed on demand with 429.',
        type: 'error',
        param: null,
        code: null,
      },
    },
  ])
})

test('a slow answer is the right one', async () => {
  const answer = await ask({ fault: () => ({ kind: 'slow', ms: 20 }) })

  expect([answer.status, answer.text.includes('user: Hello')]).toEqual([200, true])
})

test('a huge body has as many bytes as it is said to have', async () => {
  const answer = await ask({ fault: () => ({ kind: 'huge', bytes: 300_000 }) })

  expect(answer.text.length).toBe(300_002)
})

test('a redirect names the other place', async () => {
  const answer = await ask({ fault: () => ({ kind: 'redirect', to: 'http://127.0.0.1:9/' }) })

  expect([answer.status, answer.headers.get('location')]).toEqual([307, 'http://127.0.0.1:9/'])
})

test.each([
  { kind: 'hang-up', when: 'before' },
  { kind: 'hang-up', when: 'half-way' },
  { kind: 'reset' },
] as const)('with %j no answer comes to its end', async (fault) => {
  await expect(ask({ fault: () => fault })).rejects.toThrow()
})

test('whoever is not answered is counted as in flight, and then as gone', async () => {
  await using server = await modelServer({
    policy: greeting,
    fault: () => ({ kind: 'silence' }),
  })
  const patience = new AbortController()
  const asking = fetch(`${server.url}/chat/completions`, {
    method: 'POST',
    body: '{}',
    signal: patience.signal,
  })
  await expect.poll(server.inFlight).toBe(1)

  patience.abort()

  await expect(asking).rejects.toThrow()
  await expect.poll(() => [server.inFlight(), server.abandoned()]).toEqual([0, 1])
})
