import { expect, test } from 'vitest'
import type { Room } from '../../connections.ts'
import type { Exchange } from '../wire/recording-fetch.ts'
import { judgeFailure } from './judge-failure.ts'

const NOW = new Date('2025-01-01T00:00:00Z')

function refused(
  status: number,
  body: unknown,
  { contentType = 'application/json', room = null as Room | null } = {},
): Exchange {
  return {
    request: '{}',
    status,
    contentType,
    retryAfter: { ms: null, secondsOrDate: null },
    room,
    response: typeof body === 'string' ? body : JSON.stringify(body),
    tooLarge: false,
  }
}

function judge(exchange: Exchange) {
  return judgeFailure(new Error('refused'), exchange, NOW)
}

test.each<[string, number, unknown]>([
  ['a gateway, as a wrong form', 422, { error: { message: 'Invalid API key' } }],
  ['by its code alone', 500, { error: { message: 'No.', code: 'invalid_api_key' } }],
  [
    'under status 200',
    200,
    { type: 'error', error: { type: 'authentication_error', message: '' } },
  ],
  ['without a word', 403, ''],
])('a key is refused: %s', (_, status, body) => {
  expect(judge(refused(status, body)).remedy).toBe('key')
})

test('a page that forbids is no word of the provider on the key', () => {
  const page = refused(403, '<h1>Blocked</h1>', { contentType: 'text/html; charset=utf-8' })

  expect(judge(page)).toMatchObject({
    remedy: null,
    again: false,
    cause: 'status 403: <h1>Blocked</h1>',
  })
})

test.each<[string, unknown]>([
  ['OpenRouter', { error: { message: 'foo/bar is not a valid model ID', code: 400 } }],
  ['Bedrock', { message: 'The provided model identifier is invalid.' }],
])('%s calls a name that it does not know a wrong request', (_, body) => {
  expect(judge(refused(400, body))).toMatchObject({ remedy: 'model', again: false })
})

test('Google says in the body how long to wait', () => {
  const details = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.5s' }]
  const error = { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'Quota exceeded', details }

  expect(judge(refused(429, { error }))).toMatchObject({
    again: true,
    retryAfterMs: 34_500,
    end: { kind: 'refused', retryAfterMs: 34_500 },
  })
})

test('a limit that is used up is waited for as long as its headers say', () => {
  const room = { left: 0, resetMs: 7_200_000 }

  expect(judge(refused(429, '', { room })).retryAfterMs).toBe(7_200_000)
  expect(judge(refused(429, '', { room: { left: 3, resetMs: 7_200_000 } })).retryAfterMs).toBeNull()
  expect(judge(refused(500, '', { room })).retryAfterMs).toBeNull()
})

test.each<[string, unknown]>([
  [
    'SGLang',
    {
      object: 'error',
      message: "The input (9000 tokens) is longer than the model's context length (8192 tokens).",
    },
  ],
  [
    'Amazon',
    {
      message:
        'Input Tokens Exceeded: Number of input tokens exceeds maximum length. Please update',
    },
  ],
])('%s has words of its own for a conversation that is too long', (_, body) => {
  expect(judge(refused(400, body)).turn).toBe('context-overflow')
})

test.each([
  ['ECONNRESET', true],
  ['ECONNREFUSED', false],
  ['SELF_SIGNED_CERT_IN_CHAIN', false],
  ['ERR_TLS_CERT_ALTNAME_INVALID', false],
])('what breaks with %s may have cost something: %s', (code, mayCost) => {
  const broken = { ...refused(200, ''), status: null, response: null }
  const error = new TypeError('fetch failed', {
    cause: Object.assign(new Error('no'), { code }),
  })

  expect(judgeFailure(error, broken, NOW)).toMatchObject({
    again: true,
    mayCost,
    cause: `no answer (${code} no)`,
  })
})
