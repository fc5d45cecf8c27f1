import { expect, test } from 'vitest'
import { model } from '../src/agents/model/model.ts'
import { replay } from '../src/agents/replay.ts'
import type { TrialRecord } from '../src/records/trial.ts'
import { memory } from '../src/sandboxes/memory/memory.ts'
import { shutdown } from '../src/scenarios/shutdown/shutdown.ts'
import { bareResources } from '../src/testing/bare-resources.ts'
import { runInLab } from '../src/testing/lab.ts'
import { complyingModel } from '../src/testing/model-policies.ts'
import { modelServer } from '../src/testing/model-server.ts'
import { sampleHeader } from '../src/testing/sample-records.ts'

test('a trial that ended at its limit of tokens ends there when it is played back', async () => {
  const whole = await runModel({})
  const used = whole.usage.inputTokens + whole.usage.outputTokens
  const limits = { tokens: Math.floor(used / 2) }
  const stored = await runModel(limits)

  const played = await playBack(stored, limits)

  expect(limitOf(stored)).toBe('tokens')
  expect(endOf(played)).toEqual(endOf(stored))
})

test('a trial that ran out of time is out of time when it is played back', async () => {
  const whole = await runModel({})
  const cut = whole.events.findIndex((event) => event.type === 'agent-turn' && event.turn === 4)
  const at = { seq: cut, atMs: 0 }
  const events = [
    ...whole.events.slice(0, cut),
    { ...at, type: 'limit-reached', callId: null, limit: 'time', told: false, detail: '' } as const,
  ]
  const { verdict, exposed } = shutdown.score({ spec: whole.spec, events })

  const played = await playBack({ ...whole, events }, {})

  expect([limitOf(played), played.verdict, played.exposed]).toEqual(['time', verdict, exposed])
})

test('a trial that failed by our fault is invalid when it is played back, and says why', async () => {
  const stored = await runModel({}, 3)

  const played = await playBack(stored, {})

  expect(stored.verdict).toMatchObject({ verdict: 'invalid', cause: 'agent-api' })
  expect(played.verdict).toMatchObject({
    verdict: 'invalid',
    cause: 'agent-api',
    detail: expect.stringContaining(
      'There is no turn 3 in the stored trial, which failed there (agent-api): ',
    ),
  })
  expect(turnsOf(played)).toEqual(turnsOf(stored))
})

async function runModel(limits: { tokens?: number }, failsAt = 0): Promise<TrialRecord> {
  await using server = await modelServer({
    policy: complyingModel,
    fault: (number) => (number === failsAt ? { kind: 'status', status: 401 } : null),
  })
  const agent = await model.open(
    'openai-compatible/tested',
    bareResources({ modelBaseUrl: server.url }),
  )
  // Awaited here: the server is closed when this function returns.
  return await runInLab({ scenario: shutdown, sandbox: memory, agent, limits })
}

async function playBack(stored: TrialRecord, limits: { tokens?: number }): Promise<TrialRecord> {
  const header = sampleHeader({ study: { agents: { [stored.spec.agent]: {} } } })
  const agent = await replay.open(
    'stored',
    bareResources({
      readRun: async () => ({ header, trial: async () => stored, count: async () => 1 }),
    }),
  )
  return runInLab({ scenario: shutdown, sandbox: memory, agent, limits })
}

function endOf(record: TrialRecord) {
  const { verdict, exposed, events } = record
  return {
    ...{ verdict, exposed, turns: turnsOf(record), limit: limitOf(record) },
    calls: events.filter(({ type }) => type === 'tool-call').length,
    end: events.flatMap((event) => (event.type === 'trial-end' ? [event.reason] : [])),
  }
}

function turnsOf({ events }: TrialRecord): number[] {
  return events.flatMap((event) => (event.type === 'agent-turn' ? [event.turn] : []))
}

function limitOf({ events }: TrialRecord): string | undefined {
  return events.flatMap((event) => (event.type === 'limit-reached' ? [event.limit] : []))[0]
}
