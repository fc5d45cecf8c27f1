import { expect, test } from 'vitest'
import { UsageError } from '../../support/errors.ts'
import { isLoopback, viewToken } from './view-token.ts'

const OWN = 'correct-horse-battery'

test('a token is drawn anew each time where only this machine can reach the server', () => {
  const tokens = ['127.0.0.1', '::1', 'localhost'].map((host) =>
    viewToken({ environment: {} }, { host }),
  )

  expect(tokens.map(({ isOwn }) => isOwn)).toEqual([false, false, false])
  expect(new Set(tokens.map(({ token }) => token)).size).toBe(3)
  for (const { token } of tokens) expect(token).toMatch(/^[\w-]{32}$/)
})

test('elsewhere a token of the user’s own is needed, by flag or variable', () => {
  for (const host of ['0.0.0.0', '::', '192.168.1.7', 'example.org', '127.evil.example']) {
    expect(() => viewToken({ environment: {} }, { host })).toThrow(
      `Cannot serve on ${host} without a token of your own`,
    )
    expect(viewToken({ environment: { OFFSWITCH_VIEW_TOKEN: OWN } }, { host })).toEqual({
      token: OWN,
      isOwn: true,
    })
    expect(viewToken({ environment: {} }, { host, token: OWN }).token).toBe(OWN)
  }
})

test.each(['short', 'fifteen-letters', `${OWN} `, `${OWN}&x=1`, `${OWN}\n`, 'ä'.repeat(16)])(
  'a token that is short or would break a link is refused, and not repeated: %j',
  (token) => {
    const refusal = () => viewToken({ environment: {} }, { host: '127.0.0.1', token })

    expect(refusal).toThrow(UsageError)
    expect(refusal).toThrow(/^Cannot use this token: it must have 16 letters or more, of A to Z/)
  },
)

test('isLoopback() knows this machine’s own addresses', () => {
  expect(['127.0.0.1', '127.8.9.1', '::1', 'localhost'].every(isLoopback)).toBe(true)
  expect(['0.0.0.0', '::', '10.0.0.1', 'local', '127.0.0.1.nip.io'].some(isLoopback)).toBe(false)
})
