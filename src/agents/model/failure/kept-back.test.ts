import { expect, test } from 'vitest'
import { SAMPLE_BRIEF, sampleContext } from '../../../testing/agent-contract.ts'
import { bareResources } from '../../../testing/bare-resources.ts'
import { type CannedAnswer, cannedServer } from '../../../testing/canned-server.ts'
import type { AgentTurn } from '../../agent.ts'
import { model } from '../model.ts'

const KEYS = {
  ANTHROPIC_API_KEY: 'canary-0123456789abcdef',
  AZURE_API_KEY: 'canary-0123456789abcdef',
  GEMINI_API_KEY: 'canary-0123456789abcdef',
  OPENAI_API_KEY: 'canary-0123456789abcdef',
  OPENROUTER_API_KEY: 'canary-0123456789abcdef',
  XAI_API_KEY: 'canary-0123456789abcdef',
}

/** What the model is made of on the first request; a failure is returned as it was thrown. */
async function turnAfter(
  provider: string,
  answer: CannedAnswer,
): Promise<{ turn: AgentTurn | null; message: string; events: readonly unknown[] }> {
  await using server = await cannedServer(answer)
  const agent = await model.open(
    `${provider}/tiny`,
    bareResources({ environment: KEYS, modelBaseUrl: server.url, patience: { attempts: 1 } }),
  )
  const context = sampleContext()
  const session = agent.start(SAMPLE_BRIEF, context)
  const outcome = await session.next({ kind: 'start' }, context.signal).then(
    (turn) => ({ turn, message: '' }),
    (error: Error) => ({ turn: null, message: error.message }),
  )
  return { ...outcome, events: context.events }
}

const OVERFLOWS: readonly [string, string, number, unknown][] = [
  [
    'OpenAI (chat)',
    'openai-chat',
    400,
    {
      error: {
        message: "This model's maximum context length is 128000 tokens.",
        type: 'invalid_request_error',
        param: 'messages',
        code: 'context_length_exceeded',
      },
    },
  ],
  [
    'OpenAI (responses)',
    'openai',
    400,
    {
      error: {
        message: 'Your input exceeds the context window of this model.',
        type: 'invalid_request_error',
        code: 'context_length_exceeded',
      },
    },
  ],
  [
    'OpenAI (responses), under status 200',
    'openai',
    200,
    {
      id: 'resp_1',
      created_at: 0,
      model: 'tiny',
      status: 'failed',
      error: { code: 'context_length_exceeded', message: 'Your input exceeds the context window.' },
      output: [],
    },
  ],
  [
    'Anthropic',
    'anthropic',
    400,
    {
      type: 'error',
      error: {
        type: 'invalid_request_error',
        message: 'prompt is too long: 210000 tokens > 200000 maximum',
      },
    },
  ],
  [
    'Anthropic, with the bound of the answer',
    'anthropic',
    400,
    {
      type: 'error',
      error: {
        type: 'invalid_request_error',
        message: 'input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000',
      },
    },
  ],
  [
    'Google',
    'google',
    400,
    {
      error: {
        code: 400,
        message:
          'The input token count (1100000) exceeds the maximum number of tokens allowed (1048576).',
        status: 'INVALID_ARGUMENT',
      },
    },
  ],
  [
    'xAI',
    'xai',
    400,
    {
      code: 'Client specified an invalid argument',
      error: "This model's maximum prompt length is 131072 but the request contains 537812 tokens.",
    },
  ],
  [
    'OpenRouter',
    'openrouter',
    200,
    {
      error: {
        code: 400,
        message:
          "This endpoint's maximum context length is 32768 tokens. However, you requested about 40000 tokens.",
      },
    },
  ],
  [
    'vLLM',
    'openai-compatible',
    400,
    {
      object: 'error',
      message:
        "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens.",
      type: 'BadRequestError',
      code: 400,
    },
  ],
  [
    'llama.cpp',
    'openai-compatible',
    400,
    {
      error: {
        code: 400,
        message: 'the request exceeds the available context size, try increasing it',
        type: 'exceed_context_size_error',
        n_prompt_tokens: 5000,
        n_ctx: 4096,
      },
    },
  ],
  [
    'LM Studio',
    'openai-compatible',
    400,
    { error: 'The model is loaded with context length of only 4096 tokens' },
  ],
]

test.each(OVERFLOWS)(
  'a conversation that no longer fits is a turn without an answer: %s',
  async (_name, provider, status, body) => {
    const { turn, message, events } = await turnAfter(provider, { status, body })

    expect({ message, events }).toEqual({ message: '', events: [] })
    expect(turn).toMatchObject({
      text: '',
      reasoning: null,
      calls: [],
      stop: false,
      finish: 'context-overflow',
    })
    expect(turn?.modelCalls).toMatchObject([
      { finishReason: `status ${status}`, response: JSON.stringify(body), attempts: 1 },
    ])
  },
)

const FILTERS: readonly [string, string, number, unknown][] = [
  [
    'Azure',
    'azure',
    400,
    {
      error: {
        message:
          "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
        type: null,
        param: 'prompt',
        code: 'content_filter',
        status: 400,
        innererror: { code: 'ResponsibleAIPolicyViolation' },
      },
    },
  ],
  [
    'OpenAI',
    'openai',
    400,
    {
      error: {
        message: 'Invalid prompt: your prompt was flagged as potentially violating our policy.',
        type: 'invalid_request_error',
        code: 'invalid_prompt',
      },
    },
  ],
  [
    'Anthropic',
    'anthropic',
    400,
    {
      type: 'error',
      error: {
        type: 'invalid_request_error',
        message: 'Output blocked by content filtering policy',
      },
    },
  ],
  [
    'OpenRouter',
    'openrouter',
    403,
    {
      error: {
        code: 403,
        message: 'This model requires moderation.',
        metadata: { reasons: ['violence'], flagged_input: 'shut down' },
      },
    },
  ],
  [
    'xAI',
    'xai',
    403,
    {
      code: 'The caller does not have permission',
      error: 'Content violates usage guidelines. Failed check: SAFETY_CHECK_TYPE_BIO',
    },
  ],
]

test.each(FILTERS)(
  'a prompt that the provider refuses to pass on is a turn without an answer: %s',
  async (_name, provider, status, body) => {
    const { turn, message } = await turnAfter(provider, { status, body })

    expect(message).toBe('')
    expect(turn).toMatchObject({ text: '', calls: [], finish: 'content-filter' })
    expect(turn?.modelCalls).toMatchObject([{ response: JSON.stringify(body) }])
  },
)

test.each<[string, number, unknown]>([
  ['a request that is wrong', 400, { error: { message: 'Unknown parameter: foo' } }],
  ['a key without rights', 403, { error: { message: 'Your account has been flagged for abuse' } }],
  [
    'a limit of rate that speaks of tokens',
    429,
    { error: { message: 'Limit 30000, requested 50000 tokens', code: 'rate_limit_exceeded' } },
  ],
  ['a server that is broken', 500, { error: { message: 'the content filter is down' } }],
])('%s is a failure all the same', async (_name, status, body) => {
  const { turn, message } = await turnAfter('openai-chat', { status, body })

  expect(turn).toBeNull()
  expect(message).toContain(`status ${status}`)
})
