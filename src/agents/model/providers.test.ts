import { afterEach, expect, test, vi } from 'vitest'
import type { Generation } from '../../records/model.ts'
import { UsageError } from '../../support/errors.ts'
import { SAMPLE_BRIEF, sampleContext } from '../../testing/agent-contract.ts'
import { bareResources } from '../../testing/bare-resources.ts'
import { modelServer } from '../../testing/model-server.ts'
import { model } from './model.ts'
import { PROVIDERS } from './providers.ts'

const KEY = 'canary-0123456789abcdef'
const AMBIENT = 'ambient-0123456789abcdef'

afterEach(() => vi.unstubAllEnvs())

/** Every variable that holds a key, with the same one in each. */
const KEYS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    PROVIDERS.flatMap(({ secretVariables }) => secretVariables.map((name) => [name, KEY])),
  ),
  AWS_REGION: 'eu-west-1',
}

/** The body that one turn is asked with. */
async function bodyOf(name: string, generation: Generation): Promise<Record<string, unknown>> {
  await using server = await modelServer({ policy: () => ({ text: 'Hm.' }), key: KEY })
  const agent = await model.open(
    name,
    bareResources({ environment: KEYS, modelBaseUrl: server.url, generation }),
  )
  const context = sampleContext()
  await agent.start(SAMPLE_BRIEF, context).next({ kind: 'start' }, context.signal)
  return JSON.parse(server.requests[0]?.body ?? '')
}

/** What of a body is about settings, and not about what was said or can be called. */
async function settingsOf(name: string, generation: Generation): Promise<unknown> {
  const body = await bodyOf(name, generation)
  return Object.fromEntries(Object.entries(body).filter(([key]) => !SAID.has(key)))
}

const SAID: ReadonlySet<string> = new Set([
  'model',
  'input',
  'messages',
  'contents',
  'system',
  'systemInstruction',
  'tools',
  'tool_choice',
  'toolConfig',
])

const NOTHING: Readonly<Record<string, unknown>> = {
  'openai/gpt-5': {
    store: false,
    include: ['reasoning.encrypted_content'],
    reasoning: { summary: 'auto' },
  },
  'openai/gpt-4o': { store: false },
  'openai/unheard-of': { store: false },
  'openai-chat/gpt-5': { store: false },
  'openai-compatible/llama': {},
  'anthropic/claude-sonnet-4-5': { max_tokens: 64_000 },
  'anthropic/claude-opus-5': { max_tokens: 128_000 },
  'google/gemini-2.5-pro': { generationConfig: { thinkingConfig: { includeThoughts: true } } },
  'google/gemini-2.0-flash': { generationConfig: {} },
  'google/gemini-2.5-flash-lite': { generationConfig: {} },
  'xai/grok-4.6': { store: false, include: ['reasoning.encrypted_content'] },
  'openrouter/maker/model': { usage: { include: true } },
  'azure/deployed': { store: false },
  'azure-chat/deployed': { store: false },
  'bedrock/amazon.nova-pro-v1:0': {},
  'vertex/gemini-2.5-pro': { generationConfig: { thinkingConfig: { includeThoughts: true } } },
}

test.each(Object.entries(NOTHING))(
  '%s: without settings, nothing is asked but what the record needs',
  async (name, expected) => {
    expect(await settingsOf(name, {})).toEqual(expected)
  },
)

test('each provider is asked without settings', () => {
  const asked = new Set(Object.keys(NOTHING).map((name) => name.split('/')[0]))

  expect(PROVIDERS.filter(({ id }) => !asked.has(id))).toEqual([])
})

const SAMPLING = { temperature: 0.5, topP: 0.9, topK: 20, maxTokens: 4000, seed: 7 }

test.each<[string, Generation, unknown]>([
  [
    'openai/gpt-4o',
    SAMPLING,
    { store: false, temperature: 0.5, top_p: 0.9, max_output_tokens: 4000 },
  ],
  [
    'openai-chat/gpt-4o',
    SAMPLING,
    { store: false, temperature: 0.5, top_p: 0.9, max_tokens: 4000, seed: 7 },
  ],
  [
    'openai-compatible/llama',
    { ...SAMPLING, effort: 'low' },
    {
      temperature: 0.5,
      top_p: 0.9,
      top_k: 20,
      max_tokens: 4000,
      seed: 7,
      reasoning_effort: 'low',
    },
  ],
  ['anthropic/claude-sonnet-4-5', SAMPLING, { max_tokens: 4000, temperature: 0.5, top_k: 20 }],
  [
    'google/gemini-2.0-flash',
    SAMPLING,
    {
      generationConfig: {
        temperature: 0.5,
        topP: 0.9,
        topK: 20,
        maxOutputTokens: 4000,
        seed: 7,
      },
    },
  ],
  [
    'bedrock/amazon.nova-pro-v1:0',
    SAMPLING,
    { inferenceConfig: { temperature: 0.5, topP: 0.9, topK: 20, maxTokens: 4000 } },
  ],
])('%s: settings of sampling are sent by its own names', async (name, generation, expected) => {
  expect(await settingsOf(name, generation)).toEqual(expected)
})

test.each<[string, Generation, Record<string, unknown>]>([
  ['openai/gpt-5', { effort: 'minimal' }, { reasoning: { effort: 'minimal', summary: 'auto' } }],
  ['openai/gpt-5.2', { effort: 'none' }, { reasoning: { effort: 'none' } }],
  // A deployment's name says nothing of its model: what the user asks for is believed.
  [
    'azure/deployed',
    { effort: 'high' },
    {
      reasoning: { effort: 'high', summary: 'auto' },
      include: ['reasoning.encrypted_content'],
    },
  ],
  ['azure-chat/deployed', { effort: 'high' }, { reasoning_effort: 'high' }],
  // One that is known not to reason is spared.
  ['openai/gpt-4o', { effort: 'high' }, { store: false }],
  ['openai-chat/gpt-5', { effort: 'low' }, { reasoning_effort: 'low' }],
  [
    'anthropic/claude-opus-5',
    { effort: 'high', maxTokens: 4000 },
    {
      max_tokens: 4000,
      thinking: { type: 'adaptive', display: 'summarized' },
      output_config: { effort: 'high' },
    },
  ],
  [
    'anthropic/claude-sonnet-4-5',
    { effort: 'high', maxTokens: 4000 },
    { max_tokens: 4000, thinking: { type: 'enabled', budget_tokens: 2400 } },
  ],
  [
    'anthropic/claude-sonnet-4-5',
    { reasoningTokens: 1500, maxTokens: 4000 },
    { max_tokens: 4000, thinking: { type: 'enabled', budget_tokens: 1500 } },
  ],
  ['anthropic/claude-sonnet-4-5', { effort: 'none' }, { thinking: { type: 'disabled' } }],
  [
    'google/gemini-2.5-pro',
    { reasoningTokens: 1500 },
    { generationConfig: { thinkingConfig: { thinkingBudget: 1500, includeThoughts: true } } },
  ],
  [
    'google/gemini-2.5-flash',
    { effort: 'medium', maxTokens: 4000 },
    {
      generationConfig: {
        maxOutputTokens: 4000,
        thinkingConfig: { thinkingBudget: 1200, includeThoughts: true },
      },
    },
  ],
  [
    'google/gemini-2.5-flash',
    { effort: 'none' },
    { generationConfig: { thinkingConfig: { thinkingBudget: 0 } } },
  ],
  [
    'google/gemini-3-pro-preview',
    { effort: 'high', maxTokens: 4000 },
    {
      generationConfig: {
        maxOutputTokens: 4000,
        thinkingConfig: { thinkingLevel: 'high', includeThoughts: true },
      },
    },
  ],
  ['xai/grok-4.6', { effort: 'minimal' }, { reasoning: { effort: 'low' } }],
  ['openrouter/maker/model', { effort: 'max' }, { reasoning: { effort: 'xhigh' } }],
  ['openrouter/maker/model', { reasoningTokens: 1500 }, { reasoning: { max_tokens: 1500 } }],
  [
    'bedrock/anthropic.claude-opus-5-v1:0',
    { effort: 'high', maxTokens: 4000 },
    {
      inferenceConfig: { maxTokens: 4000 },
      additionalModelRequestFields: {
        thinking: { type: 'adaptive', display: 'summarized' },
        output_config: { effort: 'high' },
      },
    },
  ],
  [
    'bedrock/anthropic.claude-sonnet-4-5-v1:0',
    { effort: 'high', maxTokens: 4000 },
    {
      inferenceConfig: { maxTokens: 4000 },
      additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 2400 } },
    },
  ],
  [
    'bedrock/openai.gpt-oss-120b-1:0',
    { effort: 'high' },
    { additionalModelRequestFields: { reasoning_effort: 'high' } },
  ],
  [
    'vertex/gemini-2.5-pro',
    { effort: 'low', maxTokens: 10_000 },
    {
      generationConfig: {
        maxOutputTokens: 10_000,
        thinkingConfig: { thinkingBudget: 1000, includeThoughts: true },
      },
    },
  ],
])(
  '%s with %j is asked to think so, within the bound of a turn',
  async (name, generation, expected) => {
    expect(await settingsOf(name, generation)).toMatchObject(expected)
  },
)

test.each([
  ['openai/gpt-5', 'OpenAI'],
  ['openai-chat/gpt-5', 'OpenAI'],
  ['openai-compatible/llama', 'the OpenAI-compatible server'],
  ['xai/grok-4.6', 'xAI'],
  ['azure/deployed', 'Azure OpenAI'],
  ['azure-chat/deployed', 'Azure OpenAI'],
  ['bedrock/amazon.nova-pro-v1:0', 'Amazon Bedrock for amazon.nova-pro-v1:0'],
])('%s: a figure of reasoning is refused, since there is no word for it', async (name, whom) => {
  await expect(bodyOf(name, { reasoningTokens: 2000 })).rejects.toThrow(
    new UsageError(
      `${whom} takes no figure for reasoningTokens: say how hard to think with effort`,
    ),
  )
})

test.each(['anthropic/claude-sonnet-4-5', 'google/gemini-2.5-pro', 'openrouter/maker/model'])(
  '%s: a figure of reasoning that leaves nothing of the turn is refused',
  async (name) => {
    const plain = name.slice(name.indexOf('/') + 1)

    await expect(bodyOf(name, { reasoningTokens: 2000, maxTokens: 2000 })).rejects.toThrow(
      new UsageError(
        `${plain} cannot think in 2000 tokens and answer as well where maxTokens is 2000: raise maxTokens`,
      ),
    )
  },
)

const NAMES = Object.keys(NOTHING)

test.each(NAMES)('%s: nothing is read from the machine behind our back', async (name) => {
  for (const variable of [...Object.keys(KEYS), ...OTHERS]) vi.stubEnv(variable, AMBIENT)
  for (const variable of ADDRESSES) vi.stubEnv(variable, 'http://127.0.0.1:9/elsewhere')
  await using server = await modelServer({ policy: () => ({ text: 'Hm.' }), key: KEY })

  const agent = await model.open(
    name,
    bareResources({ environment: KEYS, modelBaseUrl: server.url }),
  )
  const context = sampleContext()
  await agent.start(SAMPLE_BRIEF, context).next({ kind: 'start' }, context.signal)

  const [request] = server.requests
  const sent = JSON.stringify([request?.path, request?.headers, request?.body])
  expect(sent).not.toContain(AMBIENT)
  expect(request?.body).not.toContain(KEY)
})

test.each(PROVIDERS.filter(({ keyNeeded }) => keyNeeded))(
  "$id: a key in the machine's own environment does not count",
  async ({ id }) => {
    for (const variable of [...Object.keys(KEYS), ...OTHERS]) vi.stubEnv(variable, AMBIENT)

    const opening = model.open(
      `${id}/some-model`,
      bareResources({ modelBaseUrl: 'http://127.0.0.1:9' }),
    )

    await expect(opening).rejects.toThrow(/^There is no key for /)
  },
)

/** Settings besides keys that packages and those beneath them look for. */
const OTHERS = [
  'ANTHROPIC_AUTH_TOKEN',
  'OPENAI_ORG_ID',
  'OPENAI_PROJECT_ID',
  'AZURE_RESOURCE_NAME',
  'AWS_PROFILE',
  'AWS_REGION',
  'GOOGLE_APPLICATION_CREDENTIALS',
  'GOOGLE_CLIENT_EMAIL',
  'GOOGLE_PRIVATE_KEY',
  'GOOGLE_VERTEX_LOCATION',
  'GOOGLE_VERTEX_PROJECT',
]
const ADDRESSES = [
  ...PROVIDERS.map(({ baseUrlVariable }) => baseUrlVariable),
  'AWS_ENDPOINT_URL',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'http_proxy',
  'https_proxy',
]

test('Bedrock: a pair of keys signs the request and is not in it', async () => {
  vi.stubEnv('AWS_BEARER_TOKEN_BEDROCK', AMBIENT)
  await using server = await modelServer({ policy: () => ({ text: 'Hm.' }) })
  const agent = await model.open(
    'bedrock/amazon.nova-pro-v1:0',
    bareResources({
      environment: {
        AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE0123456789',
        AWS_SECRET_ACCESS_KEY: `${KEY}-secret`,
        AWS_SESSION_TOKEN: `${KEY}-session`,
        AWS_REGION: 'eu-west-1',
      },
      modelBaseUrl: server.url,
    }),
  )
  const context = sampleContext()

  await agent.start(SAMPLE_BRIEF, context).next({ kind: 'start' }, context.signal)

  const [request] = server.requests
  expect(request?.headers['authorization']).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE0123456789\/\d{8}\/eu-west-1\/bedrock\/aws4_request, /,
  )
  expect(request?.headers['x-amz-security-token']).toBe(`${KEY}-session`)
  expect(JSON.stringify(server.requests)).not.toContain(`${KEY}-secret`)
})

test('Azure: a version with a date stands in the address, behind the deployment', async () => {
  await using server = await modelServer({ policy: () => ({ text: 'Hm.' }), key: KEY })
  const agent = await model.open(
    'azure-chat/deployed',
    bareResources({
      environment: { AZURE_API_KEY: KEY, AZURE_API_VERSION: '2024-10-21' },
      modelBaseUrl: server.url,
    }),
  )
  const context = sampleContext()

  await agent.start(SAMPLE_BRIEF, context).next({ kind: 'start' }, context.signal)

  expect(server.requests[0]?.path).toBe(
    '/v1/deployments/deployed/chat/completions?api-version=2024-10-21',
  )
})
