import { afterEach, expect, test } from 'vitest'
import type { KnownModel } from '../../records/model.ts'
import { HarnessError } from '../../support/errors.ts'
import { SAMPLE_BRIEF, sampleContext } from '../../testing/agent-contract.ts'
import { bareResources } from '../../testing/bare-resources.ts'
import { type CannedAnswer, cannedServer } from '../../testing/canned-server.ts'
import { type FakeClock, fakeClock } from '../../testing/fake-clock.ts'
import { modelServer } from '../../testing/model-server.ts'
import type { Agent, AgentContext, AgentResources, AgentTurn } from '../agent.ts'
import type { AttemptEnd, Connections } from '../connections.ts'
import { model } from './model.ts'

const KEYS = {
  GEMINI_API_KEY: 'canary-0123456789abcdef',
  OPENAI_API_KEY: 'canary-0123456789abcdef',
  OPENROUTER_API_KEY: 'canary-0123456789abcdef',
  XAI_API_KEY: 'canary-0123456789abcdef',
}

const HELLO: CannedAnswer = {
  body: {
    id: 'x',
    created: 0,
    model: 'tiny',
    choices: [
      { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'hello' } },
    ],
    usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
  },
}

/** Whole but for its state, in the protocol of responses. */
const NO_TURN = {
  id: 'resp_1',
  object: 'response',
  created_at: 0,
  model: 'tiny',
  output: [],
  usage: { input_tokens: 10, output_tokens: 0, total_tokens: 10 },
}

let running = new AsyncDisposableStack()
afterEach(async () => {
  await running.disposeAsync()
  running = new AsyncDisposableStack()
})

async function openOn(
  answers: readonly CannedAnswer[],
  resources: Partial<AgentResources> = {},
  provider = 'openai-chat',
): Promise<{ agent: Agent; requests: readonly unknown[] }> {
  const server = running.use(await cannedServer(...answers))
  const agent = await model.open(
    `${provider}/tiny`,
    bareResources({ environment: KEYS, modelBaseUrl: server.url, ...resources }),
  )
  return { agent, requests: server.requests }
}

async function firstTurn(agent: Agent, context: AgentContext): Promise<AgentTurn> {
  return agent.start(SAMPLE_BRIEF, context).next({ kind: 'start' }, context.signal)
}

async function errorOf(agent: Agent): Promise<HarnessError> {
  const error = await firstTurn(agent, sampleContext()).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof HarnessError)) throw new Error('The turn was expected to fail')
  return error
}

/** Lanes that take so long to enter, and what they were told. */
function tracedLanes(
  clock: FakeClock,
  entryMs: number,
): { connections: Connections; log: (string | AttemptEnd)[] } {
  const log: (string | AttemptEnd)[] = []
  return {
    log,
    connections: {
      lane: (name) => ({
        enter: async (signal) => {
          log.push(`enter ${name}`)
          await clock.sleep(entryMs, signal)
          return { waitedMs: entryMs, end: (how) => log.push(how) }
        },
      }),
      lanes: () => [],
    },
  }
}

test('each attempt enters the lane of its model and tells it once how it has ended', async () => {
  const clock = fakeClock()
  const { connections, log } = tracedLanes(clock, 0)
  const { agent } = await openOn(
    [{ status: 429, headers: { 'retry-after': '2' }, body: '' }, { status: 500, body: '' }, HELLO],
    { connections },
  )

  await firstTurn(agent, sampleContext({ clock }))

  expect(log).toEqual([
    'enter openai-chat/tiny',
    { kind: 'refused', retryAfterMs: 2_000, room: null },
    'enter openai-chat/tiny',
    { kind: 'failed' },
    'enter openai-chat/tiny',
    { kind: 'answered', durationMs: 0, room: null },
  ])
})

test.each<[string, CannedAnswer, AttemptEnd['kind']]>([
  ['429', { status: 429, body: '' }, 'refused'],
  ['529', { status: 529, body: '' }, 'refused'],
  ['503 with a time', { status: 503, headers: { 'retry-after': '1' }, body: '' }, 'refused'],
  ['503 without one', { status: 503, body: '' }, 'failed'],
  [
    'an overloaded server',
    { status: 500, body: { error: { type: 'overloaded_error', message: 'Overloaded' } } },
    'refused',
  ],
  [
    'a limit of rate under status 200',
    { body: { error: { code: 429, message: 'Rate limited upstream' } } },
    'refused',
  ],
  [
    'an empty account',
    { status: 429, body: { error: { code: 'insufficient_quota', message: 'No.' } } },
    'failed',
  ],
  [
    'a prompt that is kept back',
    { status: 400, body: { error: { code: 'content_filter', message: 'No.' } } },
    'failed',
  ],
  ['a page', { headers: { 'content-type': 'text/html' }, body: '<p>' }, 'failed'],
])('the pace of a lane is told of %s', async (_name, answer, kind) => {
  const clock = fakeClock()
  const { connections, log } = tracedLanes(clock, 0)
  const { agent } = await openOn([answer, HELLO], { connections })

  await firstTurn(agent, sampleContext({ clock })).catch(() => undefined)

  expect(log[1]).toMatchObject({ kind })
})

test('an attempt that is aborted tells the lane, and one that never got in does not', async () => {
  const reason = new Error('enough')
  const clock = fakeClock()
  const lanes = tracedLanes(clock, 0)
  const server = running.use(
    await modelServer({ policy: () => ({}), fault: () => ({ kind: 'silence' }) }),
  )
  const agent = await model.open(
    'openai-compatible/tiny',
    bareResources({ modelBaseUrl: server.url, connections: lanes.connections }),
  )
  const stop = new AbortController()
  const turn = firstTurn(agent, sampleContext({ clock, signal: stop.signal }))
  while (server.requests.length === 0) await new Promise(setImmediate)

  stop.abort(reason)
  await expect(turn).rejects.toBe(reason)
  await expect(
    firstTurn(agent, sampleContext({ clock, signal: AbortSignal.abort(reason) })),
  ).rejects.toBe(reason)

  expect(lanes.log).toEqual([
    'enter openai-compatible/tiny',
    { kind: 'failed' },
    'enter openai-compatible/tiny',
  ])
})

test("waiting and attempts that fail are not the agent's time, the attempt that is answered is", async () => {
  const clock = fakeClock()
  const { connections } = tracedLanes(clock, 7_000)
  const server = running.use(
    await modelServer({
      // Each answer takes three seconds of the clock.
      policy: () => {
        void clock.advance(3_000)
        return { text: 'hello' }
      },
      fault: (number) => (number === 1 ? { kind: 'silence' } : null),
    }),
  )
  const agent = await model.open(
    'openai-compatible/tiny',
    bareResources({
      modelBaseUrl: server.url,
      connections,
      patience: { attemptMs: 200_000 },
    }),
  )
  const time = { held: 0, countedMs: 0 }
  const context = sampleContext({
    clock,
    holdTime: () => {
      time.held++
      return {
        count: (ms) => {
          time.countedMs += ms
        },
        [Symbol.dispose]: () => {
          time.held--
        },
      }
    },
  })

  const turn = firstTurn(agent, context)
  while (server.requests.length === 0) await new Promise(setImmediate)
  expect(time.held).toBe(1)
  await clock.advance(200_000)
  const [call] = (await turn).modelCalls

  const waited = context.events.map((event) => (event.type === 'model-retry' ? event.waitMs : 0))
  expect(time).toEqual({ held: 0, countedMs: 3_000 })
  expect(call).toMatchObject({
    attempts: 2,
    durationMs: 3_000,
    // Twice into the lane, once in vain, once the wait in between.
    waitedMs: 7_000 + 200_000 + (waited[0] ?? 0) + 7_000,
  })
})

test('no turn is lost to a limit of rate as long as its time lasts', async () => {
  const refused = Array.from({ length: 12 }, (): CannedAnswer => ({ status: 429, body: '' }))
  const patient = await openOn([...refused, HELLO], { patience: { attempts: 2 } })
  const hurried = await openOn([...refused, HELLO], { patience: { attempts: 2, turnMs: 5_000 } })
  const context = sampleContext()

  const turn = await firstTurn(patient.agent, context)

  expect(turn.modelCalls[0]?.attempts).toBe(13)
  expect(context.events).toHaveLength(12)
  await expect(errorOf(hurried.agent)).resolves.toMatchObject({
    message: expect.stringContaining('status 429'),
  })
  expect(hurried.requests.length).toBeLessThan(12)
})

test('other failures end after as many attempts as the user allows', async () => {
  const { agent, requests } = await openOn([{ status: 500, body: '' }], {
    patience: { attempts: 3 },
  })

  const error = await errorOf(agent)

  expect(error.message).toBe('Model openai-chat/tiny gave no turn after 3 attempts: status 500')
  expect(requests).toHaveLength(3)
})

test.each<[string, string, CannedAnswer, string]>([
  ['401', 'openai-chat', { status: 401, body: '' }, 'refused the key in OPENAI_API_KEY'],
  ['403', 'openai-chat', { status: 403, body: '' }, 'refused the key in OPENAI_API_KEY'],
  [
    'Google, with status 400',
    'google',
    {
      status: 400,
      body: [
        {
          error: {
            code: 400,
            message: 'API key not valid. Please pass a valid API key.',
            status: 'INVALID_ARGUMENT',
            details: [{ reason: 'API_KEY_INVALID' }],
          },
        },
      ],
    },
    'Google refused the key in',
  ],
  [
    'xAI, with status 400',
    'xai',
    { status: 400, body: { code: 'invalid argument', error: 'Incorrect API key provided: ca***' } },
    'xAI refused the key in XAI_API_KEY',
  ],
  ['402', 'openai-chat', { status: 402, body: '' }, 'has no money left'],
  [
    'an empty account that looks like a limit of rate',
    'openai-chat',
    { status: 429, body: { error: { code: 'insufficient_quota', message: 'You spent it.' } } },
    'has no money left',
  ],
  [
    'an empty account that looks like a wrong request',
    'openai-chat',
    { status: 400, body: { error: { message: 'Your credit balance is too low to go on' } } },
    'has no money left',
  ],
])('what every other trial would meet as well stops the run: %s', async (_, id, answer, words) => {
  const { agent, requests } = await openOn([answer], {}, id)

  const error = await errorOf(agent)

  expect({ source: error.source, stopsRun: error.stopsRun }).toEqual({
    source: 'agent-api',
    stopsRun: true,
  })
  expect(error.message).toContain(words)
  expect(requests).toHaveLength(1)
})

test.each([404, 410])('status %i: a model that is not known is not asked again', async (status) => {
  const known: KnownModel = {
    model: 'openai-chat/tiny',
    price: null,
    contextTokens: null,
    maxOutputTokens: null,
    retiredOn: '2024-11-05',
    source: 'this test',
    asOf: '2025-01-01',
  }
  const answer = { status, body: { error: { message: 'No such model' } } }
  const retired = await openOn([answer], { knownModel: () => known })
  const served = await openOn([answer], {
    knownModel: () => ({ ...known, retiredOn: '2025-01-02' }),
  })
  const unknown = await openOn([answer])

  const [first, second, third] = await Promise.all([
    errorOf(retired.agent),
    errorOf(unknown.agent),
    errorOf(served.agent),
  ])

  expect(first.message).toBe(
    `Model openai-chat/tiny gave no turn: status ${status}: No such model. Model "tiny" was retired by its provider on 2024-11-05`,
  )
  expect(second.message).toContain('knows no model "tiny", or is not served at this address')
  expect(third.message).toContain('knows no model "tiny"')
  expect([first.stopsRun, second.stopsRun]).toEqual([false, false])
  expect([...retired.requests, ...unknown.requests]).toHaveLength(2)
})

test('an error under status 200 is judged as what it is', async () => {
  const gone = await openOn([{ body: { error: { code: 404, message: 'No such model' } } }])
  const broken = await openOn([
    { body: { choices: [{ error: { code: 502, message: 'Upstream\u0007 died' } }] } },
    HELLO,
  ])
  const context = sampleContext()

  const error = await errorOf(gone.agent)
  const turn = await firstTurn(broken.agent, context)

  expect(error.message).toContain('status 200 with an error in it: No such model. OpenAI')
  expect(turn.text).toBe('hello')
  expect(context.events).toMatchObject([
    { type: 'model-retry', cause: 'status 200 with an error in it: Upstream died' },
  ])
})

test.each<[string, string, unknown]>([
  ['Google, other JSON', 'google', { hello: 1 }],
  ['Google, an error', 'google', { error: { code: 503, message: 'Overloaded' } }],
  ['OpenAI, a state', 'openai', { ...NO_TURN, status: 'failed' }],
  ['OpenAI, one that has not ended', 'openai', { ...NO_TURN, status: 'queued' }],
  ['xAI', 'xai', { ...NO_TURN, status: 'failed', error: { code: 'server_error', message: '' } }],
  [
    'OpenRouter, half-way',
    'openrouter',
    {
      id: 'x',
      model: 'tiny',
      choices: [
        {
          index: 0,
          finish_reason: 'error',
          error: { code: 502, message: 'Upstream died' },
          message: { role: 'assistant', content: 'I was' },
        },
      ],
    },
  ],
])('what a package takes for an empty answer and is none is no turn: %s', async (_, id, body) => {
  const { agent, requests } = await openOn([{ body }], { patience: { attempts: 2 } }, id)

  const error = await errorOf(agent)

  expect(error.message).toMatch(
    /after 2 attempts: (an answer that cannot|status 200 with an error)/,
  )
  expect(requests).toHaveLength(2)
})

test('an answer cannot make a package ask again behind our back', async () => {
  const { agent, requests } = await openOn(
    [
      {
        body: {
          candidates: [
            {
              content: { parts: [{ text: 'a' }] },
              finishReason: 'CONTINUATION',
              continuationToken: 't',
            },
          ],
        },
      },
    ],
    { patience: { attempts: 1 } },
    'google',
  )

  const error = await errorOf(agent)

  expect(error.message).toContain('an answer that cannot be read as a turn')
  expect(requests).toHaveLength(1)
})
