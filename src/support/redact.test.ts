import fc from 'fast-check'
import { expect, expectTypeOf, test } from 'vitest'
import { createRedactor } from './redact.ts'

const SECRET = 'sk-canary/01+23=45'
const { text, value } = createRedactor([SECRET])

test.each<[string, (secret: string) => string]>([
  ['as it stands', (secret) => secret],
  ['in JSON', (secret) => JSON.stringify({ said: secret })],
  ['in JSON that escapes slashes', (secret) => secret.replaceAll('/', '\\/')],
  ['in an address', encodeURIComponent],
  ['in an address, in small letters', (secret) => encodeURIComponent(secret).toLowerCase()],
  ['in a form', (secret) => new URLSearchParams({ key: `a b${secret}` }).toString()],
  ['in HTML', (secret) => `<p>${secret}</p>`],
  ['in base64', (secret) => Buffer.from(secret).toString('base64')],
  ['in base64, as a password', (secret) => Buffer.from(`user:${secret}`).toString('base64')],
  ['in base64, in a text', (secret) => Buffer.from(`so ${secret}, I say`).toString('base64')],
  ['in base64 for addresses', (secret) => Buffer.from(`u:${secret}`).toString('base64url')],
  ['in hexadecimal', (secret) => Buffer.from(secret).toString('hex')],
  ['in letters that JSON escapes', inUnicodeEscapes],
  [
    'in letters that JSON within JSON escapes',
    (secret) => JSON.stringify(inUnicodeEscapes(secret)),
  ],
])('a secret is taken out %s', (_form, write) => {
  for (const secret of [SECRET, 'quo"te\\slash&<é>', 'abcdefgh']) {
    const redacted = createRedactor([secret]).text(`before ${write(secret)} after`)

    expect(redacted).toContain('[key]')
    expect(readings(redacted).join('\n')).not.toContain(secret)
    expect(redacted).toMatch(/^before .* after$/)
  }
})

test('wherever it stands, and however often', () => {
  expect(text(SECRET)).toBe('[key]')
  expect(text(`${SECRET}${SECRET} x ${SECRET}`)).toBe('[key][key] x [key]')
  expect(text(SECRET.slice(0, -1))).toBe(SECRET.slice(0, -1))
  expect(text(`${SECRET.slice(0, -1)}${SECRET}`)).toBe(`${SECRET.slice(0, -1)}[key]`)
})

test('of two secrets that begin alike the longer one is taken out whole', () => {
  const { text } = createRedactor(['password1', 'password1-and-more'])

  expect(text('password1-and-more password1')).toBe('[key] [key]')
})

test('a key of several lines is found with its line feeds and with `\\n` for them', () => {
  const { text } = createRedactor(['-----BEGIN\\nMIIEvQIBADAN\\n-----END'])

  expect(text('-----BEGIN\nMIIEvQIBADAN\n-----END')).toBe('[key]')
  expect(text('{"key":"-----BEGIN\\nMIIEvQIBADAN\\n-----END"}')).toBe('{"key":"[key]"}')
})

test('of a key of several lines each is taken out, whatever stands between them, but not what such keys have in common', () => {
  const lines = ['MIIEvQIBADANBgkqhkiG9w0', 'BAQEFAASCBKcwggSjAgEAAo+/IB']
  const { text } = createRedactor([
    ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n'),
  ])

  expect(text(`  │ -----BEGIN PRIVATE KEY-----\r\n  │ ${lines.join('\r\n  │ ')}`)).toBe(
    '  │ -----BEGIN PRIVATE KEY-----\r\n  │ [key]\r\n  │ [key]',
  )
})

test('secrets too short to be one are left alone', () => {
  const { text, value } = createRedactor(['', 'none', 'ollama', '1234567'])
  const record = { text: 'none of it: ollama 1234567' }

  expect(text(record.text)).toBe(record.text)
  expect(value(record)).toBe(record)
})

test('values are looked through to the bottom, names included, and what holds no secret is not copied', () => {
  const untouched = {
    list: [1, NaN, null, undefined, 'text'],
    at: new Date(0),
    bytes: Buffer.from(SECRET),
  }
  const record = {
    untouched,
    list: [{ inner: [`x ${SECRET}`] }, 'y'],
    [SECRET]: true,
    ...JSON.parse(`{"__proto__": "${SECRET}"}`),
  }

  const redacted = value(record)

  expect(redacted).toEqual({
    untouched,
    list: [{ inner: ['x [key]'] }, 'y'],
    '[key]': true,
    ...JSON.parse('{"__proto__": "[key]"}'),
  })
  expect(Object.getPrototypeOf(redacted)).toBe(Object.prototype)
  expect(redacted.untouched).toBe(untouched)
  expect(value(untouched)).toBe(untouched)
  expectTypeOf(value(untouched)).toEqualTypeOf<typeof untouched>()
})

test('whatever the texts, no secret is left and nothing else is changed', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '\\', '"', '/') })
  const secret = fc.string({
    unit: fc.constantFrom('a', 'b', 'c', '"', '/'),
    minLength: 8,
    maxLength: 12,
  })
  fc.assert(
    fc.property(
      fc.array(secret, { minLength: 1, maxLength: 4 }),
      fc.array(letters),
      (secrets, texts) => {
        const { text } = createRedactor(secrets)
        const given = texts
          .flatMap((each, index) => [each, secrets[index % secrets.length] ?? ''])
          .join('')

        const redacted = text(given)

        expect(secrets.filter((each) => redacted.includes(each))).toEqual([])
        if (redacted === given) expect(secrets.some((each) => given.includes(each))).toBe(false)
        // What stands between the marks stood there before.
        let from = 0
        for (const part of redacted.split('[key]')) {
          expect(given.indexOf(part, from)).toBeGreaterThanOrEqual(from)
          from = given.indexOf(part, from) + part.length
        }
      },
    ),
    { numRuns: 300 },
  )
})

test('a large record without a secret costs less than writing it as JSON', () => {
  const secrets = Array.from(
    { length: 20 },
    (_, index) => `sk-proj-${index}-${'x7Qa'.repeat(index + 1)}`,
  )
  const { value } = createRedactor(secrets)
  const event = {
    type: 'tool-result',
    output: 'The machine said "so", and a line\n'.repeat(28),
    seq: 7,
  }
  const record = { events: Array.from({ length: 100 }, (_, seq) => ({ ...event, seq })) }
  for (let round = 0; round < 100; round++) value(record)

  // The least of several: what else the machine does at the time is in the others.
  expect(leastMs(() => value(record))).toBeLessThan(leastMs(() => JSON.stringify(record)) * 3)
})

function leastMs(work: () => unknown): number {
  const times = Array.from({ length: 200 }, () => {
    const from = performance.now()
    work()
    return performance.now() - from
  })
  return Math.min(...times)
}

function inUnicodeEscapes(secret: string): string {
  return [...secret]
    .map((letter) =>
      /[\x20-\x7e]/.test(letter) ? `\\u00${letter.charCodeAt(0).toString(16)}` : letter,
    )
    .join('')
}

/** A text as whoever finds it may read it. */
function readings(text: string): string[] {
  const words = text.split(/[^\w+/=%-]+/)
  return [
    text,
    text.replaceAll('\\/', '/'),
    ...words.flatMap((word) => [
      Buffer.from(word, 'base64').toString(),
      Buffer.from(word, 'hex').toString(),
      word.replaceAll(/%([0-9a-f]{2})/gi, (_, digits) =>
        String.fromCharCode(Number.parseInt(digits, 16)),
      ),
    ]),
    text.replaceAll(/\\+u00([0-9a-f]{2})/g, (_, digits) =>
      String.fromCharCode(Number.parseInt(digits, 16)),
    ),
  ]
}
