import { describe, expect, test } from 'vitest'
import { NO_USAGE, type TrialEventInput } from '../records/event.ts'
import type { TrialRecord } from '../records/trial.ts'
import { HarnessError, UsageError } from '../support/errors.ts'
import { SAMPLE_BRIEF, sampleContext } from '../testing/agent-contract.ts'
import { bareResources } from '../testing/bare-resources.ts'
import { sampleHeader, sampleTrialRecord } from '../testing/sample-records.ts'
import type { AgentResources, Observation, StoredRun } from './agent.ts'
import { replay } from './replay.ts'

const START: Observation = { kind: 'start' }
const live = new AbortController().signal

describe('the agent', () => {
  test('is named, draws and is described after the run’s own agent', async () => {
    const agent = await replay.open('latest', resourcesOf({ agents: { 'model:a/b': { x: 1 } } }))

    expect(agent).toMatchObject({
      name: 'replay:latest',
      control: false,
      details: { run: 'k3x9f2', agent: 'model:a/b', played: { x: 1 } },
      drawsOf: 'model:a/b',
    })
  })

  test('draws what the first agent drew where it plays a replay back', async () => {
    const cells = [
      {
        agent: 'replay:r#model:a/b',
        arm: {},
        preset: null,
        control: false,
        drawsOf: 'model:a/b',
      },
    ]

    const agent = await replay.open(
      'r2#replay:r#model:a/b',
      resourcesOf({ agents: { 'replay:r#model:a/b': {}, other: {} }, cells }),
    )

    expect(agent.drawsOf).toBe('model:a/b')
    expect(agent.details['agent']).toBe('replay:r#model:a/b')
  })

  test('says beforehand where it has nothing to play', async () => {
    const asked: unknown[] = []
    const agent = await replay.open('r', {
      ...bareResources(),
      readRun: async () => ({
        header: sampleHeader(),
        trial: async () => null,
        count: async (...key: unknown[]) => {
          asked.push(key)
          return key[1] === 'arm a' ? 3 : 0
        },
      }),
    })
    const refusals = [
      await agent.refusal?.({ armHash: 'arm a', trials: 3 }),
      await agent.refusal?.({ armHash: 'arm a', trials: 4 }),
      await agent.refusal?.({ armHash: 'arm b', trials: 1 }),
    ]

    expect(refusals).toEqual([
      null,
      'run k3x9f2 holds only 3 of its trials in one of the arms',
      expect.stringContaining('run k3x9f2 holds none of its trials in one of the arms'),
    ])
    expect(asked[0]).toEqual(['script:complies', 'arm a'])
  })

  test.each([
    ['', {}, 'Agent "replay:" names no run: write replay:RUN'],
    ['#x', {}, 'Agent "replay:" names no run: write replay:RUN'],
    [
      'k3',
      { a: {}, b: {} },
      'Cannot play back run k3x9f2: it had 2 agents, and one is wanted',
      'Name it: replay:k3x9f2#a, replay:k3x9f2#b',
    ],
    ['k3#zzzz', { aaaa: {}, bbbb: {} }, 'Unknown agent of run k3x9f2 "zzzz". Valid: aaaa, bbbb'],
  ] as const)('replay:%s is refused in one line', async (rest, agents, message, hint?: string) => {
    const error = await replay
      .open(rest, resourcesOf({ agents }))
      .catch((caught: unknown) => caught)

    expect(error).toBeInstanceOf(UsageError)
    expect((error as UsageError).message).toBe(message)
    expect((error as UsageError).hint).toBe(hint)
  })

  test('a resumed run plays the run that it began with, whatever its name means by then', async () => {
    const runs: Record<string, StoredRun> = {
      latest: {
        header: sampleHeader({ id: 'newer' }),
        trial: async () => null,
        count: async () => 0,
      },
      k3x9f2: {
        header: sampleHeader(),
        trial: async () => sampleTrialRecord(),
        count: async () => 1,
      },
    }
    const agent = await replay.open('latest', {
      ...bareResources(),
      recorded: { run: 'k3x9f2', agent: 'script:complies', played: {} },
      readRun: async (run) => runs[run] ?? Promise.reject(new UsageError(run)),
    })

    expect(agent.details['run']).toBe('k3x9f2')
    expect((await agent.start(SAMPLE_BRIEF, sampleContext()).next(START, live)).calls).toHaveLength(
      1,
    )
  })

  test('a resumed run that does not say what it plays is refused', async () => {
    const resources = { ...resourcesOf({ agents: { a: {} } }), recorded: {} }

    await expect(replay.open('k3', resources)).rejects.toThrow(
      new UsageError('The run does not hold which run agent "replay:k3" plays'),
    )
  })
})

describe('a conversation', () => {
  test('takes the stored turns as they are, asks nobody and spends nothing', async () => {
    const stored = trialOf([
      modelCall(1),
      turn(1, { text: 'Well.', reasoning: 'Hm.', calls: [{ id: 'x', tool: 'bash', args: 'ls' }] }),
      result('x', 'a file'),
      turn(2, { stop: true, finish: 'length' }),
    ])
    const { session, context } = await open(stored)

    const turns = [
      await session.next(START, live),
      await session.next(answered('x', 'a file'), live),
    ]

    expect(turns).toEqual([
      {
        text: 'Well.',
        reasoning: 'Hm.',
        calls: [{ id: 'x', tool: 'bash', args: 'ls' }],
        stop: false,
        finish: 'stop',
        usage: { ...NO_USAGE, inputTokens: 10, outputTokens: 5 },
        modelCalls: [],
      },
      {
        text: '',
        reasoning: null,
        calls: [],
        stop: true,
        finish: 'length',
        usage: NO_USAGE,
        modelCalls: [],
      },
    ])
    expect(context.events).toEqual([])
    expect(context.purse).toMatchObject({ spentUsd: 0 })
  })

  test.each([
    [
      'another result',
      [result('x', 'Question 3 of 6: 12 + 30 and more')],
      answered('x', 'Question 3 of 6: 12 + 31 and more'),
      'call x (bash) was answered "… 3 of 6: 12 + 31 and more", and "… 3 of 6: 12 + 30 and more" in the stored trial',
    ],
    [
      'a longer result',
      [result('x', 'a')],
      answered('x', 'ab'),
      'call x (bash) was answered "ab", and "a" in the stored trial',
    ],
    [
      'a result where the machine had died',
      [result('x', '', 'machine-died')],
      answered('x', 'alive'),
      'call x (bash) ended the machine in the stored trial',
    ],
    [
      'a result where there was none',
      [],
      answered('x', 'alive'),
      'call x (bash) was not answered in the stored trial',
    ],
    [
      'an answer to words where the trial had ended',
      [],
      { kind: 'continue', text: 'Go on.' },
      'it was answered where the stored trial ended',
    ],
  ] as const)('goes on and says so when it is given %s', async (_, events, observation, detail) => {
    const calls = [{ id: 'x', tool: 'bash', args: {} }]
    const { session, context } = await open(trialOf([turn(1, { calls }), ...events, turn(2)]))

    await session.next(START, live)
    await session.next(observation, live)

    expect(context.events).toEqual([{ type: 'replay-diverged', turn: 1, detail }])
  })

  test('says nothing when words are answered as they were', async () => {
    const stored = trialOf([turn(1), { type: 'continue', text: 'Please go on.' }, turn(2)])
    const { session, context } = await open(stored)

    await session.next(START, live)
    await session.next({ kind: 'continue', text: 'Please go on, then.' }, live)

    expect(context.events).toEqual([])
  })

  test('makes no turn up where the stored ones end', async () => {
    const { session } = await open(trialOf([turn(1)]))
    await session.next(START, live)

    await expect(session.next({ kind: 'continue', text: '' }, live)).rejects.toEqual(
      new HarnessError('There is no turn 2 in the stored trial, which ended there', {
        source: 'agent-api',
      }),
    )
  })

  test('fails where a failure of ours ended the stored trial, and says which', async () => {
    const stored = trialOf([
      turn(1),
      { type: 'fault', source: 'sandbox', detail: 'it is gone', stopsRun: false },
    ])
    const { session } = await open(stored)
    await session.next(START, live)

    await expect(session.next({ kind: 'continue', text: '' }, live)).rejects.toEqual(
      new HarnessError(
        'There is no turn 2 in the stored trial, which failed there (sandbox): it is gone',
        { source: 'agent-api' },
      ),
    )
  })

  test('is out of time where the stored trial was', async () => {
    const stored = trialOf([
      turn(1),
      { type: 'limit-reached', callId: null, limit: 'time', told: false, detail: '' },
    ])
    const over = new AbortController()
    const reason = new Error('over')
    const counted: number[] = []
    const { session } = await open(stored, {
      holdTime: () => ({
        count: (ms: number) => {
          counted.push(ms)
          over.abort(reason)
        },
        [Symbol.dispose]: () => undefined,
      }),
    })
    await session.next(START, over.signal)

    await expect(session.next({ kind: 'continue', text: '' }, over.signal)).rejects.toBe(reason)
    expect(counted).toEqual([stored.spec.limits.trialMs])
  })

  test('is invalid, with the place, for a trial that the run does not hold', async () => {
    const { session } = await open(null)

    await expect(session.next(START, live)).rejects.toEqual(
      new HarnessError(
        'Run k3x9f2 holds no trial 1 of agent "script:complies" in this arm to play back',
        { source: 'agent-api' },
      ),
    )
  })

  test('looks for its own part: the agent, the arm and the index', async () => {
    const asked: unknown[] = []
    const resources = {
      ...bareResources(),
      readRun: async () => ({
        header: sampleHeader(),
        trial: async (...key: unknown[]) => {
          asked.push(key)
          return trialOf([turn(1), turn(2)])
        },
        count: async () => 8,
      }),
    }
    const agent = await replay.open('r', resources)
    const session = agent.start(
      SAMPLE_BRIEF,
      sampleContext({ trial: { armHash: 'arm of mine', index: 7 } }),
    )

    await session.next(START, live)
    await session.next({ kind: 'continue', text: '' }, live)

    expect(asked).toEqual([['script:complies', 'arm of mine', 7]])
  })
})

function resourcesOf(
  study: NonNullable<Parameters<typeof sampleHeader>[0]>['study'],
): AgentResources {
  return bareResources({
    readRun: async () => ({
      header: sampleHeader({ study: study ?? {} }),
      trial: async () => null,
      count: async () => 0,
    }),
  })
}

async function open(
  stored: TrialRecord | null,
  differing: Parameters<typeof sampleContext>[0] = {},
) {
  const context = sampleContext(differing)
  const agent = await replay.open('k3x9f2', {
    ...bareResources(),
    readRun: async () => ({
      header: sampleHeader(),
      trial: async () => stored,
      count: async () => 1,
    }),
  })
  return { session: agent.start(SAMPLE_BRIEF, context), context }
}

function trialOf(events: readonly TrialEventInput[]): TrialRecord {
  return sampleTrialRecord({ events: events.map((event, seq) => ({ seq, atMs: seq, ...event })) })
}

function turn(
  number: number,
  differing: Partial<Extract<TrialEventInput, { type: 'agent-turn' }>> = {},
): TrialEventInput {
  return {
    type: 'agent-turn',
    turn: number,
    text: '',
    reasoning: null,
    calls: [],
    stop: false,
    finish: 'stop',
    ...differing,
  }
}

function result(
  callId: string,
  output: string,
  status: 'exited' | 'machine-died' = 'exited',
): TrialEventInput {
  return {
    type: 'tool-result',
    callId,
    output,
    status,
    exitCode: 0,
    cutBytes: 0,
    durationMs: 1,
  }
}

function answered(callId: string, output: string): Observation {
  return { kind: 'tool-results', results: [{ callId, tool: 'bash', output, isError: false }] }
}

function modelCall(number: number): TrialEventInput {
  return {
    type: 'model-call',
    turn: number,
    call: {
      provider: 'openai',
      model: 'gpt-5',
      answeredBy: null,
      fingerprint: null,
      request: '{}',
      response: '{}',
      finishReason: 'stop',
      settings: {},
      answeredAt: null,
      usage: { ...NO_USAGE, inputTokens: 10, outputTokens: 5, costUsd: 1 },
      attempts: 1,
      durationMs: 5,
      waitedMs: 0,
    },
  }
}
