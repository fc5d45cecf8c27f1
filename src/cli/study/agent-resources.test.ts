import { expect, test } from 'vitest'
import { fakeClock } from '../../testing/fake-clock.ts'
import { agentResources } from './agent-resources.ts'

const clock = fakeClock()
const plain = { environment: {}, clock, runs: 'no-such-folder' }

test('what is not said is left to the defaults of whoever uses it', async () => {
  const resources = await agentResources(plain)

  expect(resources).toMatchObject({ modelBaseUrl: null, generation: {}, patience: {} })
})

test('retries are attempts after the first, and seconds are milliseconds', async () => {
  const { patience } = await agentResources({
    ...plain,
    maxRetries: 0,
    timeout: 90,
    attemptTimeout: 30,
  })

  expect(patience).toEqual({ attempts: 1, attemptMs: 30_000, turnMs: 90_000 })
})

test('no more calls of one model are in flight than the user lets be', async () => {
  const { connections } = await agentResources({ ...plain, maxConnections: 1 })
  const lane = connections.lane('openai/gpt-5')
  const { signal } = new AbortController()
  const first = await lane.enter(signal)
  const second = lane.enter(signal)

  expect(connections.lanes()).toMatchObject([{ inFlight: 1, limit: 1, waiting: 1 }])
  first.end({ kind: 'answered', durationMs: 1, room: null })
  const turnstile = await second
  turnstile.end({ kind: 'failed' })
})

test('a run that is nowhere is the mistake of whoever has named it', async () => {
  const { readRun } = await agentResources(plain)

  await expect(readRun('latest')).rejects.toThrow(
    'Cannot find run "latest": there is no folder "no-such-folder"',
  )
})
