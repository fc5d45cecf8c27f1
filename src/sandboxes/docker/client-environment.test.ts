import { afterEach, expect, test, vi } from 'vitest'
import { PROVIDERS } from '../../agents/model/providers.ts'
import { systemClock } from '../../support/clock.ts'
import { runClient } from './engine-client.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

test('a client has the variables by which it finds its engine, and no key', async ({ skip }) => {
  skip(process.platform === 'win32', 'there is no program that prints its environment')
  const needed = {
    DOCKER_HOST: 'unix:///run/user/7/docker.sock',
    CONTAINERS_CONF: '/etc/containers.conf',
    HTTPS_PROXY: 'http://proxy.test',
    HOME: '/home/me',
    XDG_RUNTIME_DIR: '/run/user/7',
  }
  const secrets = PROVIDERS.flatMap(({ keyVariables, secretVariables }) => [
    ...keyVariables,
    ...secretVariables,
  ])
  for (const [name, value] of Object.entries(needed)) vi.stubEnv(name, value)
  for (const name of [...secrets, 'MY_TOKEN']) vi.stubEnv(name, `canary-${name}-0123456789`)

  const end = await runClient('env', [], {
    clock: systemClock(),
    signal: new AbortController().signal,
    timeoutMs: 20_000,
    outputBytesMax: 1_000_000,
  })

  const printed = end.how === 'ended' ? end.stdout.toString() : end.how
  expect(printed.split('\n')).toEqual(
    expect.arrayContaining(Object.entries(needed).map(([name, value]) => `${name}=${value}`)),
  )
  expect(printed).toMatch(/^PATH=/m)
  expect(printed).not.toContain('canary-')
})
