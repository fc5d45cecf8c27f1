import { expect, test } from 'vitest'
import { type Asking, isHostAllowed, isOriginAllowed, isToken, mayWrite } from './guard.ts'

const TOKEN = 'a token of some length'

test('addresses, localhost and the names given are this server, on any port; no other name is', () => {
  const names = new Set(['lab.example'])
  const allowed = (host: string | null) => isHostAllowed(host, names)

  expect(
    [
      '127.0.0.1:7575',
      'localhost:9000',
      'LOCALHOST',
      '[::1]:7575',
      '192.168.1.7',
      'lab.example:1',
    ].map(allowed),
  ).toEqual([true, true, true, true, true, true])
  expect(
    [
      null,
      '',
      'evil.example',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      'lab.example@evil.example',
      'a b',
      'x/../localhost',
    ].map(allowed),
  ).toEqual([false, false, false, false, false, false, false, false])
})

test('a page of another origin is told, whatever it says of itself', () => {
  const from = (part: Partial<Asking>) => isOriginAllowed(asking(part))

  expect(from({})).toBe(true)
  expect(from({ origin: 'http://127.0.0.1:7575' })).toBe(true)
  expect(from({ origin: 'http://127.0.0.1:7576' })).toBe(false)
  expect(from({ origin: 'null' })).toBe(false)
  expect(from({ origin: 'http://evil.example' })).toBe(false)
  expect(from({ site: 'cross-site' })).toBe(false)
  expect(from({ site: 'same-site' })).toBe(false)
  expect(from({ site: 'none' })).toBe(true)
})

test('only the token itself is taken for it', () => {
  expect([TOKEN, `${TOKEN} `, '', null].map((given) => isToken(given, TOKEN))).toEqual([
    true,
    false,
    false,
    false,
  ])
})

test('a cookie alone writes nothing: the page that asks must say that it is ours', () => {
  const writes = (part: Partial<Asking>) => mayWrite(asking(part), TOKEN)
  const origin = 'http://127.0.0.1:7575'

  expect(writes({ cookie: TOKEN, origin })).toBe(true)
  expect(writes({ cookie: TOKEN })).toBe(false)
  expect(writes({ cookie: TOKEN, origin: 'http://evil.example' })).toBe(false)
  expect(writes({ bearer: TOKEN })).toBe(true)
  expect(writes({ bearer: TOKEN, origin: 'http://evil.example' })).toBe(false)
  expect(writes({ bearer: 'another', cookie: 'another', origin })).toBe(false)
})

function asking(part: Partial<Asking>): Asking {
  return {
    ...{ host: '127.0.0.1:7575', origin: null, site: null, bearer: null, cookie: null },
    ...part,
  }
}
