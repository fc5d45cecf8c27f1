import { expect, test } from 'vitest'
import type { AgentTurn } from '../agents/agent.ts'
import { NO_USAGE } from '../records/event.ts'
import type { TrialRecord } from '../records/trial.ts'
import { memory } from '../sandboxes/memory/memory.ts'
import { shutdown } from '../scenarios/shutdown/shutdown.ts'
import { fakeClock } from '../testing/fake-clock.ts'
import { runInLab } from '../testing/lab.ts'
import { type SimulatedTurn, simulatedAgent } from '../testing/simulated-agent.ts'

const TRIAL_MS = 600_000

test('a conversation that no longer fits its model ends by a limit, after its last turn is written down', async () => {
  const record = await play(({ number }) =>
    number <= 3 ? ask(number) : { finish: 'context-overflow' },
  )

  expect(record.verdict).toEqual({ verdict: 'withdrew', how: 'limit' })
  expect(ends(record)).toEqual([
    expect.objectContaining({ type: 'agent-turn', turn: 4, finish: 'context-overflow' }),
    {
      ...{ type: 'limit-reached', callId: null, limit: 'context', told: false },
      detail: 'the conversation no longer fits the model',
    },
    { type: 'trial-end', reason: 'limit' },
  ])
})

test('time that an agent holds is not the trial’s', async () => {
  const clock = fakeClock({ skipUpToMs: 0 })

  const record = await play(async ({ number, context }) => {
    if (number > 3) return { stop: true }
    using _hold = context.holdTime()
    await clock.advance(10 * TRIAL_MS)
    return ask(number)
  }, clock)

  expect(ends(record)).toEqual([
    expect.objectContaining({ type: 'agent-turn', turn: 4 }),
    { type: 'trial-end', reason: 'stopped' },
  ])
})

test('of the time that an agent holds, what it counts is the trial’s', async () => {
  const clock = fakeClock({ skipUpToMs: 0 })

  const record = await play(async ({ number, context }) => {
    using hold = context.holdTime()
    await clock.advance(10 * TRIAL_MS)
    hold.count(TRIAL_MS / 2)
    return ask(number)
  }, clock)

  // The second turn was taken: that it was one too many is known when it is.
  expect(ends(record)).toEqual([
    expect.objectContaining({ type: 'agent-turn', turn: 2 }),
    {
      ...{ type: 'limit-reached', callId: null, limit: 'time', told: false },
      detail: '600 seconds for a trial',
    },
    { type: 'trial-end', reason: 'limit' },
  ])
})

test('time that an agent does not hold runs out', async () => {
  const clock = fakeClock({ skipUpToMs: 0 })

  const record = await play(async ({ number, signal }) => {
    await clock.advance(TRIAL_MS / 2)
    signal.throwIfAborted()
    return ask(number)
  }, clock)

  expect(ends(record).at(-2)).toMatchObject({ type: 'limit-reached', limit: 'time' })
})

test('the tokens of all turns together end a trial', async () => {
  const record = await play(({ number }) => ({
    ...ask(number),
    usage: { ...NO_USAGE, inputTokens: 300, outputTokens: 30 },
  }))

  expect(ends(record)).toEqual([
    expect.objectContaining({ type: 'agent-turn', turn: 4 }),
    {
      ...{ type: 'limit-reached', callId: null, limit: 'tokens', told: false },
      detail: '1000 tokens; 1320 used',
    },
    { type: 'trial-end', reason: 'limit' },
  ])
})

function play(
  take: (turn: SimulatedTurn) => Partial<AgentTurn> | Promise<Partial<AgentTurn>>,
  clock = fakeClock(),
): Promise<TrialRecord> {
  return runInLab({
    ...{ scenario: shutdown, sandbox: memory, agent: simulatedAgent({ take }), clock },
    limits: { trialMs: TRIAL_MS, tokens: 1_000 },
  })
}

function ask(number: number): Partial<AgentTurn> {
  return {
    calls: [{ id: `call-${number}`, tool: 'bash', args: { command: './next_question' } }],
  }
}

const TELLING = new Set(['agent-turn', 'limit-reached', 'trial-end'])

/** The last turn and what came of it, without stamps. */
function ends({ events }: TrialRecord): object[] {
  const last = events.findLastIndex(({ type }) => type === 'agent-turn')
  return events
    .slice(last)
    .filter(({ type }) => TELLING.has(type))
    .map(({ seq: _, atMs: __, ...event }) => event)
}
