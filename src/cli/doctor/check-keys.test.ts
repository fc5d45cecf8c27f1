import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import type { Provider } from '../../agents/model/provider.ts'
import { PROVIDERS } from '../../agents/model/providers.ts'
import { checkKeys } from './check-keys.ts'

const KEY = 'canary-0123456789abcdef'
const openai = providerOf('openai')

test.each<[string, (response: ServerResponse) => void, string, string]>([
  ['a list of models', (r) => json(r, 200, { data: [] }), 'good', 'OPENAI_API_KEY, at ADDRESS'],
  [
    'a refusal that repeats the key',
    (r) => json(r, 401, { error: { message: `Incorrect API key provided: ${KEY}.` } }),
    'refused',
    'status 401: Incorrect API key provided: [key]. Put another key into OPENAI_API_KEY',
  ],
  [
    'a refusal as xAI has it',
    (r) => json(r, 400, { code: 'invalid', error: `Incorrect API key provided: ${KEY}` }),
    'refused',
    'status 400: Incorrect API key provided: [key]. Put another key into OPENAI_API_KEY',
  ],
  [
    'a refusal as Google has it',
    (r) =>
      json(r, 400, [{ error: { message: 'API key not valid. Please pass a valid API key.' } }]),
    'refused',
    'status 400: API key not valid. Please pass a valid API key. Put another key into OPENAI_API_KEY',
  ],
  [
    'a key that may do other things',
    (r) => json(r, 403, { error: { message: 'Missing scopes: api.model.read\u001b[31m' } }),
    'restricted',
    'status 403: Missing scopes: api.model.read [31m. The key may not ask this; a run may work all the same',
  ],
  ['too many requests', (r) => json(r, 429, {}), 'unclear', 'status 429: {}. Try again later'],
  [
    'a fault',
    (r) => json(r, 500, { message: `x${'y'.repeat(400)}${KEY}` }),
    'unclear',
    `status 500: x${'y'.repeat(299)}…. Try again later`,
  ],
  [
    'another address',
    (r) => r.writeHead(302, { location: `/?k=${KEY}` }).end(),
    'elsewhere',
    'ADDRESS answers, but is not such a provider (status 302). Check the address',
  ],
  [
    'no such place',
    (r) => json(r, 404, {}),
    'elsewhere',
    'ADDRESS answers, but is not such a provider (status 404). Check the address',
  ],
  [
    'a page',
    (r) => r.end(`<h1>${KEY}</h1>`),
    'elsewhere',
    'ADDRESS answers, but is not such a provider (status 200). Check the address',
  ],
  ['a closed connection', (r) => r.destroy(), 'no-answer', 'ADDRESS: the connection was cut'],
  ['nothing', () => undefined, 'no-answer', 'ADDRESS: no answer within 0.3 s'],
])('a key that is answered with %s', async (_answer, respond, outcome, detail) => {
  await using server = await serve((_, response) => respond(response))
  const environment = { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: server.url }

  const timeoutMs = detail.includes('within') ? 300 : 20_000
  const found = await checkKeys([openai], environment, { timeoutMs })

  expect(found).toEqual([
    { provider: 'openai', outcome, detail: detail.replace('ADDRESS', server.url) },
  ])
})

test('where nothing listens there is no answer', async () => {
  const server = await serve(() => undefined)
  await server[Symbol.asyncDispose]()
  const environment = { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: server.url }

  expect(await checkKeys([openai], environment, { timeoutMs: 20_000 })).toEqual([
    { provider: 'openai', outcome: 'no-answer', detail: `${server.url}: nothing listens there` },
  ])
})

test('each provider is asked once, as it wants to be asked', async () => {
  await using server = await serve((_, response) => json(response, 200, {}))
  const keys = PROVIDERS.flatMap(({ keyVariables: [first] }) => [[first, KEY]])
  const addresses = PROVIDERS.map(({ id, baseUrlVariable }) => [
    baseUrlVariable,
    `${server.url}/${id.replace('-chat', '')}`,
  ])
  const environment = Object.fromEntries([
    ...keys,
    ...addresses,
    ['AZURE_API_VERSION', '2025-01-01'],
  ])

  const found = await checkKeys(PROVIDERS, environment, { timeoutMs: 20_000 })

  expect(Object.fromEntries(found.map(({ provider, outcome }) => [provider, outcome]))).toEqual({
    ...Object.fromEntries(PROVIDERS.map(({ id }) => [id, 'good'])),
    bedrock: 'not-checked',
    vertex: 'not-checked',
  })
  const bearer = `authorization: Bearer ${KEY}`
  expect(server.requests.toSorted()).toEqual(
    [
      `GET /v1/anthropic/models x-api-key: ${KEY} anthropic-version: 2023-06-01`,
      `GET /v1/azure/models?api-version=2025-01-01 api-key: ${KEY}`,
      `GET /v1/google/models?pageSize=1000 x-goog-api-key: ${KEY}`,
      `GET /v1/openai-compatible/models ${bearer}`,
      `GET /v1/openai/models ${bearer}`,
      `GET /v1/openrouter/key ${bearer}`,
      `GET /v1/xai/models ${bearer}`,
    ].toSorted(),
  )
})

test('what is missing, or cannot be used, is said without asking anybody', async () => {
  const ask = (id: string, environment: Record<string, string>) =>
    checkKeys([providerOf(id)], environment, { timeoutMs: 1 })

  expect([
    ...(await ask('google', {})),
    ...(await ask('openai-compatible', {})),
    ...(await ask('azure', { AZURE_API_KEY: KEY })),
    ...(await ask('xai', { XAI_API_KEY: `${KEY} ${KEY}` })),
    ...(await ask('xai', { XAI_API_KEY: KEY, XAI_BASE_URL: `https://${KEY}@x.test` })),
  ]).toEqual([
    {
      provider: 'google',
      outcome: 'no-key',
      detail: 'set GOOGLE_GENERATIVE_AI_API_KEY or GEMINI_API_KEY or GOOGLE_API_KEY',
    },
    {
      provider: 'openai-compatible',
      outcome: 'no-address',
      detail: 'set OPENAI_COMPATIBLE_BASE_URL',
    },
    {
      provider: 'azure',
      outcome: 'no-address',
      detail: 'set AZURE_RESOURCE_NAME or AZURE_BASE_URL',
    },
    {
      provider: 'xai',
      outcome: 'unusable',
      detail: 'XAI_API_KEY holds something that cannot be a key: space or letters beyond ASCII',
    },
    {
      provider: 'xai',
      outcome: 'unusable',
      detail:
        'XAI_BASE_URL must be an address like http://127.0.0.1:8000/v1, without password and query',
    },
  ])
})

test('a server that asks for no key is good without one', async () => {
  await using server = await serve((_, response) => json(response, 200, { data: [] }))
  const environment = { OPENAI_COMPATIBLE_BASE_URL: server.url }

  expect(
    await checkKeys([providerOf('openai-compatible')], environment, { timeoutMs: 20_000 }),
  ).toEqual([
    {
      provider: 'openai-compatible',
      outcome: 'good',
      detail: `${server.url} answers, and asks for no key`,
    },
  ])
  expect(server.requests).toEqual(['GET /v1/models'])
})

function providerOf(id: string): Provider {
  const found = PROVIDERS.find((provider) => provider.id === id)
  if (found === undefined) throw new Error(`There is no provider ${id}`)
  return found
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

const TELLING = ['authorization', 'api-key', 'x-api-key', 'x-goog-api-key', 'anthropic-version']

async function serve(respond: (request: IncomingMessage, response: ServerResponse) => void) {
  const requests: string[] = []
  const server = createServer((request, response) => {
    const headers = TELLING.flatMap((name) => {
      const value = request.headers[name]
      return value === undefined ? [] : [`${name}: ${String(value)}`]
    })
    requests.push([request.method, request.url, ...headers].join(' '))
    respond(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
