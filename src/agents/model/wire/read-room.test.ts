import { assert, property, string, subarray, tuple } from 'fast-check'
import { expect, test } from 'vitest'
import type { Room } from '../../connections.ts'
import { readRoom } from './read-room.ts'

const DATE = 'Sun, 01 Jun 2025 12:00:00 GMT'

test.each<[string, Record<string, string>, Room | null]>([
  ['no such header', { 'content-type': 'application/json' }, null],
  [
    'OpenAI, requests bind',
    {
      'x-ratelimit-remaining-requests': '3',
      'x-ratelimit-reset-requests': '1m3s',
      'x-ratelimit-remaining-tokens': '149984',
      'x-ratelimit-reset-tokens': '6ms',
    },
    { left: 3, resetMs: 63_000 },
  ],
  [
    'OpenAI, tokens bind, counted in requests of 100',
    {
      'x-ratelimit-remaining-requests': '30',
      'x-ratelimit-reset-requests': '250ms',
      'x-ratelimit-remaining-tokens': '500',
      'x-ratelimit-reset-tokens': '1h0m0.5s',
    },
    { left: 5, resetMs: 3_600_500 },
  ],
  [
    'tokens for less than such a request may do for a smaller one',
    { 'x-ratelimit-remaining-tokens': '20', 'x-ratelimit-reset-tokens': '10' },
    { left: 1, resetMs: 10_000 },
  ],
  [
    'two limits are used up: the later reset counts',
    {
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '8.64s',
      'x-ratelimit-remaining-tokens': '0',
      'x-ratelimit-reset-tokens': '6m0s',
    },
    { left: 0, resetMs: 360_000 },
  ],
  [
    'Anthropic, with dates by its own clock',
    {
      date: DATE,
      'anthropic-ratelimit-requests-remaining': '49',
      'anthropic-ratelimit-requests-reset': '2025-06-01T12:00:01Z',
      'anthropic-ratelimit-input-tokens-remaining': '0',
      'anthropic-ratelimit-input-tokens-reset': '2025-06-01T12:00:30.5+00:00',
      'anthropic-ratelimit-output-tokens-remaining': '8000',
      'anthropic-ratelimit-output-tokens-reset': '2025-06-01T12:00:02Z',
    },
    { left: 0, resetMs: 30_500 },
  ],
  [
    'a date without a clock to read it by',
    {
      'anthropic-ratelimit-requests-remaining': '0',
      'anthropic-ratelimit-requests-reset': '2025-06-01T12:00:01Z',
    },
    { left: 0, resetMs: null },
  ],
  [
    'OpenRouter, milliseconds since 1970',
    { date: DATE, 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1748779260000' },
    { left: 0, resetMs: 60_000 },
  ],
  [
    'seconds since 1970, past already',
    { date: DATE, 'x-ratelimit-remaining': '7', 'x-ratelimit-reset': '1748779100' },
    { left: 7, resetMs: 0 },
  ],
  [
    'an early draft',
    { 'ratelimit-remaining': '5', 'ratelimit-reset': '30' },
    { left: 5, resetMs: 30_000 },
  ],
  [
    'a middle draft',
    { ratelimit: 'limit=100, remaining=2, reset=30' },
    { left: 2, resetMs: 30_000 },
  ],
  ['a late draft', { ratelimit: '"default";r=0;t=12' }, { left: 0, resetMs: 12_000 }],
  [
    'a server that lies',
    { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '999999999' },
    { left: 0, resetMs: 86_400_000 },
  ],
  ['figures that are none', { 'x-ratelimit-remaining': '-1', 'ratelimit-remaining': '1e9' }, null],
  [
    'a reset that is none',
    { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': 'soon' },
    { left: 0, resetMs: null },
  ],
])('what is left is read from the headers: %s', (_, headers, room) => {
  expect(readRoom((name) => headers[name] ?? null, 400)).toEqual(room)
})

test('whatever a server writes, the figures are bounded and nothing is thrown', () => {
  const names = [
    'date',
    'ratelimit',
    'x-ratelimit-remaining',
    'x-ratelimit-reset',
    'x-ratelimit-remaining-tokens',
    'x-ratelimit-reset-tokens',
  ]
  const hostile = [
    '9'.repeat(400),
    `${'9'.repeat(300)}s`,
    '0x10',
    '1m'.repeat(90),
    'r=99999999999999999999',
    '-5',
    'NaN',
  ]
  const value = tuple(subarray(hostile, { maxLength: 1 }), string()).map(
    ([[bad], any]) => bad ?? any,
  )
  assert(
    property(tuple(...names.map(() => value)), (values) => {
      const room = readRoom((name) => values[names.indexOf(name)] ?? null, 400)

      if (room === null) return
      expect(Number.isSafeInteger(room.left) && room.left >= 0).toBe(true)
      expect(room.resetMs === null || (room.resetMs >= 0 && room.resetMs <= 86_400_000)).toBe(true)
    }),
    { numRuns: 2000 },
  )
})
