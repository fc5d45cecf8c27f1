import { afterEach, expect, test } from 'vitest'
import { answerTo, SAMPLE_BRIEF, sampleContext } from '../../testing/agent-contract.ts'
import { bareResources } from '../../testing/bare-resources.ts'
import { type CannedServer, cannedServer } from '../../testing/canned-server.ts'
import type { AgentTurn } from '../agent.ts'
import { model } from './model.ts'

const KEYS = {
  ANTHROPIC_API_KEY: 'canary-0123456789abcdef',
  AWS_BEARER_TOKEN_BEDROCK: 'canary-0123456789abcdef',
  GEMINI_API_KEY: 'canary-0123456789abcdef',
  OPENAI_API_KEY: 'canary-0123456789abcdef',
  OPENROUTER_API_KEY: 'canary-0123456789abcdef',
  XAI_API_KEY: 'canary-0123456789abcdef',
}

let running = new AsyncDisposableStack()
afterEach(async () => {
  await running.disposeAsync()
  running = new AsyncDisposableStack()
})

/** Two turns of a model that gives this body each time, the first answered as a harness would. */
async function twoTurns(
  provider: string,
  body: unknown,
): Promise<{ first: AgentTurn; second: AgentTurn; server: CannedServer }> {
  const server = running.use(await cannedServer({ body }))
  const agent = await model.open(
    `${provider}/tiny`,
    bareResources({ environment: KEYS, modelBaseUrl: server.url }),
  )
  const context = sampleContext()
  const session = agent.start(SAMPLE_BRIEF, context)
  const first = await session.next({ kind: 'start' }, context.signal)
  const second = await session.next(answerTo(first), context.signal)
  expect(context.events).toEqual([])
  return { first, second, server }
}

function said(turn: AgentTurn): unknown {
  const { text, reasoning, calls, stop, finish } = turn
  return { text, reasoning, calls, stop, finish, word: turn.modelCalls[0]?.finishReason }
}

const NOTHING = { text: '', reasoning: null, calls: [], stop: false }

function chat(message: object, finish = 'stop'): unknown {
  return {
    id: 'chatcmpl-1',
    created: 0,
    model: 'tiny-1',
    choices: [{ index: 0, finish_reason: finish, message: { role: 'assistant', ...message } }],
    usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
  }
}

function responses(output: unknown[], reason: string | null = null): unknown {
  return {
    id: 'resp_1',
    object: 'response',
    created_at: 0,
    model: 'tiny-1',
    status: reason === null ? 'completed' : 'incomplete',
    incomplete_details: reason === null ? null : { reason },
    output,
    usage: { input_tokens: 10, output_tokens: 5, total_tokens: 15 },
  }
}

function message(content: object): unknown {
  return {
    type: 'message',
    id: 'msg_1',
    role: 'assistant',
    status: 'completed',
    content: [content],
  }
}

function claude(content: unknown[], stop_reason: string): unknown {
  return {
    type: 'message',
    id: 'msg_1',
    role: 'assistant',
    model: 'tiny-1',
    content,
    stop_reason,
    stop_sequence: null,
    usage: { input_tokens: 10, output_tokens: 5 },
  }
}

function gemini(candidate: object, finishReason: string): unknown {
  return {
    modelVersion: 'tiny-1',
    candidates: [{ ...candidate, finishReason }],
    usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5 },
  }
}

const NO = 'I cannot help with that.'

test.each<[string, string, unknown, string]>([
  ['OpenAI (chat)', 'openai-chat', chat({ content: null, refusal: NO }), 'stop'],
  ['OpenAI-compatible', 'openai-compatible', chat({ content: null, refusal: NO }), 'stop'],
  ['OpenRouter', 'openrouter', chat({ content: null, refusal: NO }), 'stop'],
  ['OpenAI', 'openai', responses([message({ type: 'refusal', refusal: NO })]), 'content-filter'],
  ['xAI', 'xai', responses([message({ type: 'refusal', refusal: NO })]), 'completed'],
  ['Anthropic', 'anthropic', claude([{ type: 'text', text: NO }], 'refusal'), 'refusal'],
])('a refusal is what the model has said, and goes back so: %s', async (_name, id, body, word) => {
  const { first, server } = await twoTurns(id, body)

  expect(said(first)).toEqual({ ...NOTHING, text: NO, finish: 'refusal', word })
  expect(server.requests[1]?.body).toContain(NO)
})

test.each<[string, string, unknown, string]>([
  ['OpenAI (chat)', 'openai-chat', chat({ content: null }, 'content_filter'), 'content_filter'],
  ['OpenAI', 'openai', responses([], 'content_filter'), 'content_filter'],
  ['xAI', 'xai', responses([], 'content_filter'), 'content_filter'],
  ['Google, the answer', 'google', gemini({}, 'SAFETY'), 'SAFETY'],
  ['Google, for another reason', 'google', gemini({}, 'PROHIBITED_CONTENT'), 'PROHIBITED_CONTENT'],
  [
    'Google, the prompt',
    'google',
    {
      modelVersion: 'tiny-1',
      promptFeedback: { blockReason: 'PROHIBITED_CONTENT' },
      usageMetadata: { promptTokenCount: 10 },
    },
    'PROHIBITED_CONTENT',
  ],
])('what a provider keeps back is an empty turn: %s', async (_name, id, body, word) => {
  const { first, second } = await twoTurns(id, body)

  const expected = { ...NOTHING, finish: 'content-filter', word }
  expect([said(first), said(second)]).toEqual([expected, expected])
})

test.each<[string, string, unknown, string, string]>([
  [
    'OpenAI (chat)',
    'openai-compatible',
    chat(
      {
        content: null,
        reasoning_content: 'Let me think.',
        tool_calls: [
          { id: 'c1', type: 'function', function: { name: 'bash', arguments: '{"command": "rm' } },
        ],
      },
      'length',
    ),
    '{"command": "rm',
    'length',
  ],
  [
    'OpenAI',
    'openai',
    responses(
      [
        {
          type: 'function_call',
          id: 'fc_1',
          call_id: 'c1',
          name: 'bash',
          arguments: '{"command": "rm',
          status: 'incomplete',
        },
      ],
      'max_output_tokens',
    ),
    '{"command": "rm',
    'max_output_tokens',
  ],
])('a call that was cut is handed over as it stands: %s', async (_name, id, body, args, word) => {
  const { first, server } = await twoTurns(id, body)

  expect(first).toMatchObject({ calls: [{ id: 'c1', tool: 'bash', args }], finish: 'length' })
  expect(first.modelCalls[0]?.finishReason).toBe(word)
  const sent = server.requests[1]?.body ?? ''
  expect(sent).toContain('done by bash')
  expect(sent).not.toContain('rm')
})

test.each<[string, string, unknown, string | null]>([
  [
    'OpenAI-compatible',
    'openai-compatible',
    chat({ content: '', reasoning_content: 'Hmm.' }, 'length'),
    'Hmm.',
  ],
  [
    'OpenAI',
    'openai',
    responses(
      [{ type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hmm.' }] }],
      'max_output_tokens',
    ),
    'Hmm.',
  ],
  [
    'Anthropic',
    'anthropic',
    claude([{ type: 'thinking', thinking: 'Hmm.', signature: 'signed' }], 'max_tokens'),
    'Hmm.',
  ],
  [
    'Google',
    'google',
    gemini({ content: { role: 'model', parts: [{ text: 'Hmm.', thought: true }] } }, 'MAX_TOKENS'),
    'Hmm.',
  ],
])(
  'a model that thinks until its tokens run out has said nothing, and is not shown a message without an end: %s',
  async (_name, id, body, reasoning) => {
    const { first, server } = await twoTurns(id, body)

    expect(first).toMatchObject({ text: '', reasoning, calls: [], finish: 'length' })
    const sent = server.requests[1]?.body ?? ''
    expect(sent).toContain('Please go on.')
    expect(sent).not.toContain('Hmm.')
  },
)

test.each<[string, string, unknown, string, string]>([
  [
    'Anthropic',
    'anthropic',
    claude(
      [
        { type: 'redacted_thinking', data: 'sealed-1' },
        { type: 'redacted_thinking', data: 'sealed-2' },
        { type: 'text', text: 'Done.' },
      ],
      'end_turn',
    ),
    '(2 parts of reasoning, encrypted by the provider)',
    'sealed-2',
  ],
  [
    'OpenAI',
    'openai',
    responses([
      {
        type: 'reasoning',
        id: 'rs_1',
        summary: [],
        encrypted_content: 'sealed-1',
        status: 'completed',
      },
      message({ type: 'output_text', text: 'Done.', annotations: [] }),
    ]),
    '(1 part of reasoning, encrypted by the provider)',
    'sealed-1',
  ],
  [
    'xAI',
    'xai',
    responses([
      {
        type: 'reasoning',
        id: 'rs_1',
        summary: [],
        encrypted_content: 'sealed-1',
        status: 'completed',
      },
      message({ type: 'output_text', text: 'Done.', annotations: [] }),
    ]),
    '(1 part of reasoning, encrypted by the provider)',
    'sealed-1',
  ],
  [
    'OpenRouter',
    'openrouter',
    chat({
      content: 'Done.',
      reasoning_details: [{ type: 'reasoning.encrypted', data: 'sealed-1', id: 'r1' }],
    }),
    '(1 part of reasoning, encrypted by the provider)',
    'sealed-1',
  ],
])('sealed reasoning is told and goes back: %s', async (_name, id, body, reasoning, sealed) => {
  const { first, server } = await twoTurns(id, body)

  expect(first).toMatchObject({ text: 'Done.', reasoning, finish: 'stop' })
  expect(server.requests[0]?.body).not.toContain(sealed)
  expect(server.requests[1]?.body).toContain(sealed)
})

test('reasoning that is partly readable is told as far as it can be read', async () => {
  const { first } = await twoTurns(
    'anthropic',
    claude(
      [
        { type: 'thinking', thinking: 'First.', signature: 's1' },
        { type: 'redacted_thinking', data: 'sealed' },
        { type: 'thinking', thinking: 'Then.', signature: 's2' },
        { type: 'text', text: 'Done.' },
      ],
      'end_turn',
    ),
  )

  expect(first.reasoning).toBe('First.\n\nThen.')
})

test('no conversation sees the reasoning of another, with the same provider or with another one', async () => {
  const sealed = (seal: string) =>
    responses([
      {
        type: 'reasoning',
        id: `rs_${seal}`,
        summary: [],
        encrypted_content: seal,
        status: 'completed',
      },
      message({ type: 'output_text', text: 'Done.', annotations: [] }),
    ])
  const [ofOpenAi, again, ofXai] = await Promise.all([
    twoTurns('openai', sealed('seal-a')),
    twoTurns('openai', sealed('seal-b')),
    twoTurns('xai', sealed('seal-c')),
  ])

  const seen = [ofOpenAi, again, ofXai].map(({ server, second }) =>
    ['seal-a', 'seal-b', 'seal-c'].filter((seal) =>
      JSON.stringify([server.requests, second]).includes(seal),
    ),
  )
  expect(seen).toEqual([['seal-a'], ['seal-b'], ['seal-c']])
})

test('calls beside an end, and a call without a name, are handed over in their order', async () => {
  const call = (id: string, name: string, args: object) => ({
    id,
    type: 'function',
    function: { name, arguments: JSON.stringify(args) },
  })
  const { first, server } = await twoTurns(
    'openai-compatible',
    chat({
      content: 'I submit.',
      tool_calls: [
        call('a', 'submit', { answer: '1' }),
        call('b', '', { command: 'ls' }),
        call('c', 'bash', { command: 'ls' }),
      ],
    }),
  )

  expect(said(first)).toEqual({
    ...NOTHING,
    text: 'I submit.',
    calls: [
      { id: 'a', tool: 'submit', args: { answer: '1' } },
      { id: 'b', tool: '', args: { command: 'ls' } },
      { id: 'c', tool: 'bash', args: { command: 'ls' } },
    ],
    finish: 'tool-calls',
    word: 'stop',
  })
  const { messages } = JSON.parse(server.requests[1]?.body ?? '')
  expect(
    messages.at(-4).tool_calls.map((sent: { function: { name: string } }) => sent.function.name),
  ).toEqual(['submit', '_', 'bash'])
  expect(messages.slice(-3).map((sent: { tool_call_id: string }) => sent.tool_call_id)).toEqual([
    'a',
    'b',
    'c',
  ])
})

test('a call that Google could not read is a turn in which nothing was called', async () => {
  const { first } = await twoTurns('google', gemini({}, 'MALFORMED_FUNCTION_CALL'))

  expect(said(first)).toEqual({ ...NOTHING, finish: 'other', word: 'MALFORMED_FUNCTION_CALL' })
})

test('a conversation that fills the context on Bedrock is cut at its length', async () => {
  const { first } = await twoTurns('bedrock', {
    output: { message: { role: 'assistant', content: [{ text: 'I was' }] } },
    stopReason: 'model_context_window_exceeded',
    usage: { inputTokens: 10, outputTokens: 5, totalTokens: 15 },
    metrics: { latencyMs: 1 },
  })

  expect(said(first)).toMatchObject({ text: 'I was', finish: 'length' })
})

test('a tool that the provider says it has run itself is no call of the agent', async () => {
  const { first, server } = await twoTurns(
    'anthropic',
    claude(
      [
        {
          type: 'server_tool_use',
          id: 'srv_1',
          name: 'web_search',
          input: { query: 'off switch' },
        },
        { type: 'text', text: 'Done.' },
      ],
      'end_turn',
    ),
  )

  expect(said(first)).toMatchObject({ text: 'Done.', calls: [], finish: 'stop' })
  expect(server.requests[1]?.body).not.toContain('off switch')
})
