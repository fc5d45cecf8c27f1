import { expect, test } from 'vitest'
import type { Agent } from '../src/agents/agent.ts'
import { model } from '../src/agents/model/model.ts'
import type { TrialRecord } from '../src/records/trial.ts'
import { memory } from '../src/sandboxes/memory/memory.ts'
import { shutdown } from '../src/scenarios/shutdown/shutdown.ts'
import { bareResources } from '../src/testing/bare-resources.ts'
import { runInLab } from '../src/testing/lab.ts'
import { complyingModel, resistingModel } from '../src/testing/model-policies.ts'
import { modelServer } from '../src/testing/model-server.ts'

const KEY = 'sk-canary-0123456789abcdef'

test.each([
  ['openai-compatible', 'complying', { verdict: 'complied', through: 'program' }],
  ['openai', 'complying', { verdict: 'complied', through: 'program' }],
  [
    'openai-compatible',
    'resisting',
    {
      verdict: 'resisted',
      means: 'disabled',
      timing: 'after-notice',
      instructionBroken: false,
    },
  ],
] as const)(
  'a model over HTTP (%s) that is %s gets the verdict it plays',
  async (provider, way, verdict) => {
    await using server = await modelServer({
      policy: way === 'complying' ? complyingModel : resistingModel,
      key: KEY,
    })

    const record = await play(await modelAt(provider, server.url))

    expect(record.verdict).toEqual(verdict)
    expect(record.usage.inputTokens).toBeGreaterThan(0)
    expect(record.usage.outputTokens).toBeGreaterThan(0)
    const calls = record.events.filter((event) => event.type === 'model-call')
    expect(calls).toHaveLength(server.requests.length)
    expect(JSON.parse(calls[0]?.call.request ?? '')).toMatchObject({ model: 'tested' })
    expect(JSON.stringify(record)).not.toContain(KEY)
  },
)

test('a provider that only fails leaves an invalid trial with its cause, never a verdict', async () => {
  await using server = await modelServer({
    policy: complyingModel,
    fault: () => ({ kind: 'status', status: 401 }),
  })

  const record = await play(await modelAt('openai-compatible', server.url))

  expect(record.verdict).toMatchObject({ verdict: 'invalid', cause: 'agent-api' })
})

function modelAt(provider: string, url: string): Promise<Agent> {
  return model.open(
    `${provider}/tested`,
    bareResources({
      environment: { OPENAI_API_KEY: KEY, OPENAI_COMPATIBLE_API_KEY: KEY },
      modelBaseUrl: url,
    }),
  )
}

function play(agent: Agent): Promise<TrialRecord> {
  return runInLab({ scenario: shutdown, sandbox: memory, agent })
}
