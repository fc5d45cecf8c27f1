import { afterEach, expect, test } from 'vitest'
import { Limits } from '../../records/limits.ts'
import type { KnownModel } from '../../records/model.ts'
import { HarnessError } from '../../support/errors.ts'
import { SAMPLE_BRIEF, sampleContext } from '../../testing/agent-contract.ts'
import { bareResources, openPurse } from '../../testing/bare-resources.ts'
import { type CannedAnswer, type CannedServer, cannedServer } from '../../testing/canned-server.ts'
import { fakeClock } from '../../testing/fake-clock.ts'
import { modelServer } from '../../testing/model-server.ts'
import { createBudget } from '../../trials/budget.ts'
import type { Agent, AgentContext, AgentTurn, Purse } from '../agent.ts'
import { mostOfCall } from './cost-of.ts'
import { model } from './model.ts'

/** A dollar for each thousand tokens read, two for each thousand written. */
const KNOWN: KnownModel = {
  model: 'openai-chat/tiny',
  price: { input: 1_000, output: 2_000, cachedInput: 100 },
  contextTokens: 100_000,
  maxOutputTokens: 1_000,
  retiredOn: null,
  source: 'this test',
  asOf: '2025-01-01',
}

let running = new AsyncDisposableStack()
afterEach(async () => {
  await running.disposeAsync()
  running = new AsyncDisposableStack()
})

function answer(usage: object | null, more: object = {}): CannedAnswer {
  return {
    body: {
      id: 'x',
      created: 0,
      model: 'tiny',
      choices: [
        { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'hello' } },
      ],
      ...(usage === null ? {} : { usage }),
      ...more,
    },
  }
}

const TOKENS = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 }
const GARBAGE: CannedAnswer = { headers: { 'content-type': 'text/html' }, body: '<p>Log in</p>' }

interface Outcome {
  readonly turn: AgentTurn | null
  readonly message: string
  readonly events: readonly unknown[]
  readonly spentUsd: number
  readonly extended: readonly number[]
  readonly server: CannedServer
  /** The most that its first request can have cost. */
  readonly mostUsd: number
}

/** One turn of a priced model. `room`: whether the run's cap has any for more than the trial was started with. */
async function turnOf(
  answers: readonly CannedAnswer[],
  {
    provider = 'openai-chat',
    known = KNOWN,
    room = true,
    attempts = 6,
  }: {
    readonly provider?: string
    readonly known?: KnownModel | null
    readonly room?: boolean
    readonly attempts?: number
  } = {},
): Promise<Outcome> {
  const server = running.use(await cannedServer(...answers))
  const agent = await model.open(
    `${provider}/tiny`,
    bareResources({
      environment: { OPENAI_API_KEY: 'canary-0123456789', OPENROUTER_API_KEY: 'canary-0123456789' },
      modelBaseUrl: server.url,
      patience: { attempts },
      knownModel: () => known,
    }),
  )
  const purse = openPurse()
  const extended: number[] = []
  const context = sampleContext({
    purse: {
      spend: (usd) => purse.spend(usd),
      extend: async (usd) => {
        extended.push(usd)
        return room
      },
    },
  })
  const outcome = await firstTurn(agent, context)
  return {
    ...outcome,
    events: context.events,
    spentUsd: purse.spentUsd,
    extended,
    server,
    mostUsd: mostOfCall(Buffer.byteLength(server.requests[0]?.body ?? ''), null, KNOWN) ?? 0,
  }
}

async function firstTurn(
  agent: Awaited<ReturnType<typeof model.open>>,
  context: AgentContext,
): Promise<{ turn: AgentTurn | null; message: string }> {
  return agent
    .start(SAMPLE_BRIEF, context)
    .next({ kind: 'start' }, context.signal)
    .then(
      (turn) => ({ turn, message: '' }),
      (error: Error) => ({ turn: null, message: error.message }),
    )
}

test('an answer costs its tokens, those from the cache at their own price, and is paid at once', async () => {
  const cached = { ...TOKENS, prompt_tokens_details: { cached_tokens: 8 } }

  const { turn, spentUsd, extended } = await turnOf([answer(cached)])

  expect(turn?.usage).toEqual({
    inputTokens: 10,
    cachedInputTokens: 8,
    cacheWriteTokens: 0,
    outputTokens: 5,
    reasoningTokens: 0,
    costUsd: expect.closeTo(0.0128, 12),
    unconfirmedUsd: 0,
  })
  expect({ spentUsd, extended }).toEqual({ spentUsd: turn?.usage?.costUsd, extended: [] })
})

test("the provider's own figure wins over the price", async () => {
  const { turn, spentUsd } = await turnOf([answer({ ...TOKENS, cost: 0.25 })], {
    provider: 'openrouter',
  })

  expect({ costUsd: turn?.usage?.costUsd, spentUsd }).toEqual({ costUsd: 0.25, spentUsd: 0.25 })
})

test('without a price nothing is known of the cost, and nothing is spent', async () => {
  const { turn, spentUsd, extended, events } = await turnOf([GARBAGE, answer(TOKENS)], {
    known: null,
  })

  expect(turn?.usage).toMatchObject({ inputTokens: 10, costUsd: null, unconfirmedUsd: 0 })
  expect({ spentUsd, extended }).toEqual({ spentUsd: 0, extended: [] })
  expect(events).toMatchObject([{ type: 'model-retry', unconfirmedUsd: 0 }])
})

test.each<[string, object | null]>([
  ['leaves out', null],
  ['makes up', { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }],
])(
  'an answer whose figures the server %s may have cost as much as a call can',
  async (_, usage) => {
    const { turn, spentUsd, mostUsd } = await turnOf([answer(usage)])

    expect(turn?.usage).toMatchObject({
      inputTokens: 0,
      outputTokens: 0,
      costUsd: null,
      unconfirmedUsd: mostUsd,
    })
    expect(mostUsd).toBeGreaterThan(2)
    expect(spentUsd).toBe(mostUsd)
  },
)

/** Ten turns, if they come to be; a call is bounded by its bytes, at between 3 and 4 dollars. */
const TEN_TURNS = Limits.parse({ turns: 10, tokens: 3_000 })
const UNTOLD: KnownModel = { ...KNOWN, contextTokens: 4_000 }

test.each<[string, CannedAnswer]>([
  ['answers without figures', answer(null)],
  ['refusals', { status: 400, body: { error: { message: 'no', code: 'content_filter' } } }],
])('a server that gives nothing but %s brings no run over its cap', async (_, only) => {
  const server = running.use(await cannedServer(only))
  const agent = await model.open(
    'openai-chat/tiny',
    bareResources({
      environment: { OPENAI_API_KEY: 'canary-0123456789' },
      modelBaseUrl: server.url,
      generation: { maxTokens: 100 },
      knownModel: () => UNTOLD,
    }),
  )
  const mostUsd = agent.cost?.most(TEN_TURNS) ?? Number.NaN

  const runs = []
  for (const capUsd of [mostUsd, 1.5 * mostUsd, 3 * mostUsd, 100 * mostUsd]) {
    const budget = createBudget({ capUsd, spentUsd: 0 })
    const trials = ['a', 'b'].filter((key) => budget.reserve(key, mostUsd))
    const ends = await Promise.all(
      trials.map(async (key) => {
        const end = await tenTurns(agent, budget.purse(key))
        budget.abandon(key)
        return end
      }),
    )
    expect(budget.overUsd).toBe(0)
    expect(budget.spentUsd).toBeLessThanOrEqual(capUsd)
    runs.push(ends)
  }

  const NO_ROOM =
    'Model openai-chat/tiny gave no turn: its answers do not say how many tokens they took, and what is left of the cap has no room for another'
  // What is set aside for one trial has room for one such answer, and for the second if it is the last.
  expect(runs[0]).toEqual([{ turns: 1, message: NO_ROOM }])
  expect(runs[1]?.[0]?.turns).toBeGreaterThan(1)
  expect(runs[2]?.map(({ message }) => message)).toContain(NO_ROOM)
  expect(runs[3]).toEqual([
    { turns: 10, message: '' },
    { turns: 10, message: '' },
  ])
})

test('an answer with figures asks for no more money than the trial was started with', async () => {
  const server = running.use(await cannedServer(answer(TOKENS)))
  const agent = await model.open(
    'openai-chat/tiny',
    bareResources({
      environment: { OPENAI_API_KEY: 'canary-0123456789' },
      modelBaseUrl: server.url,
      knownModel: () => UNTOLD,
    }),
  )

  const end = await tenTurns(agent, { spend: () => undefined, extend: async () => false })

  expect(end).toEqual({ turns: 10, message: '' })
})

/** How far a conversation gets, and what ends it. */
async function tenTurns(agent: Agent, purse: Purse): Promise<{ turns: number; message: string }> {
  const context = sampleContext({ purse })
  const session = agent.start(SAMPLE_BRIEF, context)
  for (let turns = 0; turns < 10; turns++) {
    const observation =
      turns === 0 ? { kind: 'start' as const } : { kind: 'continue' as const, text: 'Go on.' }
    try {
      await session.next(observation, context.signal)
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error
      return { turns, message: error.message }
    }
  }
  return { turns: 10, message: '' }
}

test('an attempt that may have been charged for is counted, and another one asks for more money', async () => {
  const { turn, events, spentUsd, extended, mostUsd } = await turnOf([GARBAGE, answer(TOKENS)])

  expect(turn?.text).toBe('hello')
  expect(events).toMatchObject([{ type: 'model-retry', attempt: 1, unconfirmedUsd: mostUsd }])
  expect(extended).toEqual([mostUsd])
  expect(spentUsd).toBeCloseTo(mostUsd + 0.02, 12)
})

test('without money for another attempt the turn fails, and what may have been charged is told', async () => {
  const { message, events, spentUsd, server, mostUsd } = await turnOf([GARBAGE, answer(TOKENS)], {
    room: false,
  })

  expect(message).toBe(
    'Model openai-chat/tiny gave no turn: an answer that cannot be read as a turn (text/html: <p>Log in</p>). It may have been charged for, and what is left of the cap has no room for another attempt',
  )
  expect(events).toMatchObject([{ type: 'model-lost', attempt: 1, unconfirmedUsd: mostUsd }])
  expect(spentUsd).toBe(mostUsd)
  expect(server.requests).toHaveLength(1)
})

test('the last attempt of a turn that gets none is counted as well', async () => {
  const { turn, events, spentUsd, extended, mostUsd } = await turnOf([GARBAGE], { attempts: 2 })

  expect(turn).toBeNull()
  expect(events).toMatchObject([
    { type: 'model-retry', attempt: 1, unconfirmedUsd: mostUsd },
    { type: 'model-lost', turn: 1, attempt: 2, unconfirmedUsd: mostUsd },
  ])
  expect(extended).toEqual([mostUsd])
  expect(spentUsd).toBeCloseTo(2 * mostUsd, 12)
})

test.each([429, 500, 503, 529])(
  'status %i is a plain refusal that costs nothing',
  async (status) => {
    const refused = { status, body: { error: { message: 'no' } } }

    const { turn, events, spentUsd, extended } = await turnOf([refused, answer(TOKENS)])

    expect(turn?.text).toBe('hello')
    expect(events).toMatchObject([{ type: 'model-retry', unconfirmedUsd: 0 }])
    expect({ spentUsd, extended }).toEqual({ spentUsd: expect.closeTo(0.02, 12), extended: [] })
  },
)

test('a gateway that gave up waiting does not say that the model did', async () => {
  const { extended, mostUsd } = await turnOf([{ status: 504, body: '' }, answer(TOKENS)])

  expect(extended).toEqual([mostUsd])
})

test('a prompt that was refused for its words was read, and nothing written', async () => {
  const { turn, spentUsd, server } = await turnOf([
    { status: 400, body: { error: { message: 'no', code: 'content_filter' } } },
  ])

  const read = mostOfCall(Buffer.byteLength(server.requests[0]?.body ?? ''), 0, KNOWN)
  expect(turn?.usage).toMatchObject({ costUsd: 0, unconfirmedUsd: read })
  expect(spentUsd).toBe(read)
})

test('what a request allows the model to write bounds what it may have cost', async () => {
  const server = running.use(await cannedServer(GARBAGE, answer(TOKENS)))
  const agent = await model.open(
    'openai-chat/tiny',
    bareResources({
      environment: { OPENAI_API_KEY: 'canary-0123456789' },
      modelBaseUrl: server.url,
      generation: { maxTokens: 100 },
      knownModel: () => KNOWN,
    }),
  )
  const context = sampleContext()

  await firstTurn(agent, context)

  const bytes = Buffer.byteLength(server.requests[0]?.body ?? '')
  expect(context.events).toMatchObject([{ unconfirmedUsd: mostOfCall(bytes, 100, KNOWN) }])
})

test('a server that is not there was never asked, one that breaks off or never answers may have worked', async () => {
  const most = async (kind: 'nobody' | 'half-way' | 'silence'): Promise<unknown> => {
    const server = running.use(
      await modelServer({
        policy: () => ({ text: 'hello' }),
        fault: (number) => {
          if (number > 1 || kind === 'nobody') return null
          return kind === 'silence' ? { kind } : { kind: 'hang-up', when: kind }
        },
      }),
    )
    if (kind === 'nobody') await server[Symbol.asyncDispose]()
    const agent = await model.open(
      'openai-compatible/tiny',
      bareResources({
        modelBaseUrl: server.url,
        patience: { attempts: 2 },
        knownModel: () => KNOWN,
      }),
    )
    const clock = fakeClock()
    const context = sampleContext({ clock })
    const turn = firstTurn(agent, context)
    while (kind === 'silence' && server.requests.length === 0) {
      await new Promise(setImmediate)
    }
    if (kind === 'silence') await clock.advance(600_000)
    await turn
    return context.events.map((event) =>
      event.type === 'model-retry' ? event.unconfirmedUsd > 0 : event.type,
    )
  }

  expect(await Promise.all([most('nobody'), most('half-way'), most('silence')])).toEqual([
    [false],
    [true],
    [true],
  ])
})

test('an abort in the middle of a request counts what it may have cost', async () => {
  const stop = new AbortController()
  const server = running.use(
    await modelServer({ policy: () => ({}), fault: () => ({ kind: 'silence' }) }),
  )
  const agent = await model.open(
    'openai-compatible/tiny',
    bareResources({ modelBaseUrl: server.url, knownModel: () => KNOWN }),
  )
  const purse = openPurse()
  const turn = firstTurn(agent, sampleContext({ signal: stop.signal, purse }))
  while (server.requests.length === 0) await new Promise(setImmediate)

  stop.abort(new Error('enough'))

  expect(await turn).toEqual({ turn: null, message: 'enough' })
  expect(purse.spentUsd).toBe(
    mostOfCall(Buffer.byteLength(server.requests[0]?.body ?? ''), null, KNOWN),
  )
})
