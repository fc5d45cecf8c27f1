import { expect, test } from 'vitest'
import { Limits as LimitsSchema } from '../../records/limits.ts'
import type { Generation } from '../../records/model.ts'
import { UsageError } from '../../support/errors.ts'
import { bareResources, openConnections } from '../../testing/bare-resources.ts'
import type { AgentResources } from '../agent.ts'
import { agentCost } from './agent-cost.ts'
import { model } from './model.ts'

const KEY = 'sk-canary-0123456789abcdef'
const LIMITS = LimitsSchema.parse({})

async function refusalOf(rest: string, given: Partial<AgentResources> = {}): Promise<string> {
  const error = await model.open(rest, bareResources(given)).then(
    () => null,
    (failed: unknown) => failed,
  )
  expect(error).toBeInstanceOf(UsageError)
  return error instanceof Error ? error.message : ''
}

const openai = { OPENAI_API_KEY: KEY }

test('an agent says what it is, without its key', async () => {
  const agent = await model.open(
    'openrouter/some/model:free',
    bareResources({
      environment: { OPENROUTER_API_KEY: ` ${KEY}\n` },
      generation: { temperature: 0 },
    }),
  )

  expect({ ...agent, start: null }).toEqual({
    name: 'model:openrouter/some/model:free',
    control: false,
    details: {
      provider: 'openrouter',
      model: 'some/model:free',
      baseUrl: 'https://openrouter.ai/api/v1',
      generation: { temperature: 0 },
    },
    cost: expect.objectContaining({ most: expect.any(Function) }),
    start: null,
  })
})

test('an unknown provider, a missing model name and a missing key are refused with what would do', async () => {
  const known =
    'openai, openai-chat, openai-compatible, anthropic, google, xai, openrouter, azure, azure-chat, bedrock, vertex'

  expect(await refusalOf('opnai/gpt-5')).toBe(
    `Unknown model provider "opnai". Did you mean "openai"? Valid: ${known}`,
  )
  expect(await refusalOf('gpt-6-luna')).toBe(
    `Agent "model:gpt-6-luna" names no provider: write model:PROVIDER/gpt-6-luna, with one of ${known}`,
  )
  expect(await refusalOf('')).toBe(
    `Agent "model:" names no provider: write model:PROVIDER/NAME, with one of ${known}`,
  )
  const nameless = 'names no model: write model:openai/NAME with the name that OpenAI gives it'
  expect(await refusalOf('openai', { environment: openai })).toBe(
    `Agent "model:openai" ${nameless}`,
  )
  expect(await refusalOf('openai/', { environment: openai })).toBe(
    `Agent "model:openai/" ${nameless}`,
  )
  expect(await refusalOf('openai/a\nb', { environment: openai })).toBe(
    `Agent "model:openai/a\\nb" ${nameless}`,
  )
  expect(await refusalOf('openai/a\u202eb', { environment: openai })).toBe(
    `Agent "model:openai/a\\u{202e}b" ${nameless}`,
  )
  expect(await refusalOf('openai/gpt-5')).toBe(
    'There is no key for OpenAI: set OPENAI_API_KEY in the environment or in .env',
  )
  expect(await refusalOf('openai/gpt-5', { environment: { OPENAI_API_KEY: '  ' } })).toBe(
    'There is no key for OpenAI: set OPENAI_API_KEY in the environment or in .env',
  )
  expect(await refusalOf('google/gemini')).toBe(
    'There is no key for Google: set GOOGLE_GENERATIVE_AI_API_KEY or GEMINI_API_KEY or GOOGLE_API_KEY in the environment or in .env',
  )
})

test('a key that cannot be sent is refused without being repeated', async () => {
  const message = await refusalOf('openai/gpt-5', {
    environment: { OPENAI_API_KEY: `${KEY}\u00e9 x` },
  })

  expect(message).toBe(
    'OPENAI_API_KEY holds something that cannot be a key: space or letters beyond ASCII',
  )
})

test('an OpenAI-compatible server needs an address, and no key', async () => {
  const environment = { OPENAI_COMPATIBLE_BASE_URL: 'http://127.0.0.1:11434/v1/' }

  expect(await refusalOf('openai-compatible/llama')).toBe(
    'There is no address for the OpenAI-compatible server: give it with --model-base-url or OPENAI_COMPATIBLE_BASE_URL, for example http://127.0.0.1:8000/v1',
  )
  const fromEnvironment = await model.open(
    'openai-compatible/llama',
    bareResources({ environment }),
  )
  const fromFlag = await model.open(
    'openai-compatible/llama',
    bareResources({ environment, modelBaseUrl: 'http://127.0.0.1:8000/v1' }),
  )
  expect(fromEnvironment.details).toMatchObject({ baseUrl: 'http://127.0.0.1:11434/v1' })
  expect(fromFlag.details).toMatchObject({ baseUrl: 'http://127.0.0.1:8000/v1' })
})

test.each([
  'localhost:8000',
  'nonsense',
  'ftp://a/v1',
  'http://a:b@c/v1',
  `http://a/v1?key=${KEY}`,
  'http://a/v1#b',
])('the address %s is refused without being repeated', async (modelBaseUrl) => {
  expect(await refusalOf('openai-compatible/llama', { modelBaseUrl })).toBe(
    '--model-base-url must be an address like http://127.0.0.1:8000/v1, without password and query',
  )
})

test('generation settings are checked', async () => {
  const environment = openai

  expect(
    await refusalOf('openai/gpt-5', { environment, generation: { temprature: 1 } as Generation }),
  ).toBe(
    'Unknown generation setting "temprature". Did you mean "temperature"? Valid: temperature, topP, topK, maxTokens, seed, effort, reasoningTokens',
  )
  expect(await refusalOf('openai/gpt-5', { environment, generation: { maxTokens: 0 } })).toBe(
    'Generation setting "maxTokens" will not do: Too small: expected number to be >0',
  )
})

test('a resumed run asks the model as it was asked before', async () => {
  const before = await model.open(
    'openai/gpt-5',
    bareResources({
      environment: openai,
      generation: { seed: 3 },
      modelBaseUrl: 'http://127.0.0.1:1/v1',
    }),
  )

  const after = await model.open(
    'openai/gpt-5',
    bareResources({ environment: openai, generation: { seed: 4 }, recorded: before.details }),
  )

  expect(after.details).toEqual(before.details)
})

test('a key is not sent to a foreign address only because a run file names it', async () => {
  const recorded = {
    provider: 'openai',
    model: 'gpt-5',
    baseUrl: 'https://collector.example/v1',
    generation: {},
  }

  expect(await refusalOf('openai/gpt-5', { environment: openai, recorded })).toBe(
    'The run asked OpenAI at https://collector.example/v1: to send your key there, repeat it with --model-base-url or OPENAI_BASE_URL',
  )
  expect(await refusalOf('openai/gpt-5', { environment: openai, recorded: { hello: 1 } })).toBe(
    'The run does not say how agent "model:openai/gpt-5" was asked',
  )
  const confirmed = await model.open(
    'openai/gpt-5',
    bareResources({ environment: openai, recorded, modelBaseUrl: recorded.baseUrl }),
  )
  expect(confirmed.details).toEqual(recorded)
})

test('settings behind the name are of that agent alone and win over the flags', async () => {
  const agent = await model.open(
    'openai/gpt-5?effort=high&maxTokens=500&temperature=0.2',
    bareResources({
      environment: openai,
      generation: { temperature: 1, reasoningTokens: 9, seed: 3 },
    }),
  )

  expect([agent.name, agent.details]).toEqual([
    'model:openai/gpt-5?effort=high&maxTokens=500&temperature=0.2',
    {
      provider: 'openai',
      model: 'gpt-5',
      baseUrl: 'https://api.openai.com/v1',
      generation: { effort: 'high', maxTokens: 500, temperature: 0.2, seed: 3 },
    },
  ])
})

test.each([
  [
    'openai/gpt-5?efort=high',
    'Unknown generation setting "efort". Did you mean "effort"? Valid: temperature, topP, topK, maxTokens, seed, reasoningTokens, effort',
  ],
  [
    'openai/gpt-5?effort=hig',
    'Unknown effort "hig". Did you mean "high"? Valid: none, minimal, low, medium, high, xhigh, max',
  ],
  ['openai/gpt-5?seed=', 'Generation setting "seed" takes a figure, not ""'],
  ['openai/gpt-5?seed=0x10', 'Generation setting "seed" takes a figure, not "0x10"'],
  [
    'openai/gpt-5?topP=2',
    'Generation setting "topP" will not do: Too big: expected number to be <=1',
  ],
  ['openai/gpt-5?seed=1&seed=2', 'Agent "model:openai/gpt-5?seed=1&seed=2" sets seed twice'],
  [
    'openai/gpt-5?reasoningTokens=9',
    'OpenAI takes no figure for reasoningTokens: say how hard to think with effort',
  ],
  [
    'openai/gpt-5?reasoningTokens=9&effort=low',
    'effort and reasoningTokens both say how much to think: give one of them',
  ],
])('%s is refused with what would do', async (rest, message) => {
  expect(await refusalOf(rest, { environment: openai })).toBe(message)
})

test.each([
  ['openrouter/anthropic/claude-x:beta', 'OPENROUTER_API_KEY', 'anthropic/claude-x:beta'],
  ['openai/ft:gpt-4o:org::id', 'OPENAI_API_KEY', 'ft:gpt-4o:org::id'],
])('%s keeps the strokes and colons of its name', async (rest, variable, name) => {
  const agent = await model.open(rest, bareResources({ environment: { [variable]: KEY } }))

  expect(agent.details).toMatchObject({ model: name, generation: {} })
})

test('a model is looked up, and its way taken, by provider and name alone', async () => {
  const asked: string[] = []
  const resources = bareResources({
    environment: openai,
    knownModel: (name) => {
      asked.push(`known ${name}`)
      return null
    },
    connections: {
      lane: (name) => {
        asked.push(`lane ${name}`)
        return openConnections().lane(name)
      },
      lanes: () => [],
    },
  })

  await model.open('openai/gpt-5?effort=high', resources)
  await model.open('openai-chat/gpt-5', resources)

  expect(asked).toEqual([
    'known openai/gpt-5',
    'lane openai/gpt-5',
    // The same models at the same prices, however they are asked.
    'known openai-chat/gpt-5',
    'known openai/gpt-5',
    'lane openai-chat/gpt-5',
  ])
})

test('what a model costs follows from what is known of it and from its settings', async () => {
  const known = {
    model: 'openai/gpt-5',
    price: { input: 1, output: 10 },
    contextTokens: 10_000,
    maxOutputTokens: 5000,
    // Opened all the same: the provider decides whether it is still served.
    retiredOn: '2020-01-01',
    source: 'a test',
    asOf: '2026-01-01',
  }

  const agent = await model.open(
    'openai/gpt-5?maxTokens=1000',
    bareResources({ environment: openai, knownModel: () => known }),
  )

  expect(agent.cost?.most(LIMITS)).toBe(agentCost(known, { maxTokens: 1000 }).most(LIMITS))
  expect(agent.cost?.most(LIMITS)).not.toBe(agentCost(known, {}).most(LIMITS))
})

test('a run of before is resumed by what was recorded then', async () => {
  const recorded = {
    provider: 'openai',
    model: 'gpt-5',
    baseUrl: 'https://api.openai.com/v1',
    generation: { temperature: 1 },
  }

  const agent = await model.open(
    'openai/gpt-5',
    bareResources({ environment: openai, generation: { effort: 'high' }, recorded }),
  )

  expect(agent.details).toEqual(recorded)
})

test('an address that is set to nothing is refused', async () => {
  const environment = { ...openai, OPENAI_BASE_URL: ' ' }

  expect(await refusalOf('openai/gpt-5', { environment })).toBe(
    'OPENAI_BASE_URL is set to nothing: unset it, or give an address',
  )
})

const azure = { AZURE_API_KEY: KEY, AZURE_RESOURCE_NAME: 'ours' }

test('Azure is found by the name of a resource, and its version is of the record', async () => {
  const plain = await model.open('azure/deployed', bareResources({ environment: azure }))
  const versioned = await model.open(
    'azure/deployed',
    bareResources({ environment: { ...azure, AZURE_API_VERSION: 'preview' } }),
  )
  const resumed = await model.open(
    'azure/deployed',
    bareResources({ environment: azure, recorded: versioned.details }),
  )

  expect(plain.details).toEqual({
    provider: 'azure',
    model: 'deployed',
    baseUrl: 'https://ours.openai.azure.com/openai/v1',
    generation: {},
  })
  expect(versioned.details).toEqual({
    ...plain.details,
    baseUrl: 'https://ours.openai.azure.com/openai',
    variables: { AZURE_API_VERSION: 'preview' },
  })
  expect(resumed.details).toEqual(versioned.details)
})

test("a run's file cannot bring a setting that its provider does not record", async () => {
  const recorded = {
    provider: 'azure',
    model: 'deployed',
    baseUrl: 'https://theirs.openai.azure.com/openai/v1',
    generation: {},
    variables: { AZURE_RESOURCE_NAME: 'theirs' },
  }

  expect(await refusalOf('azure/deployed', { environment: azure, recorded })).toBe(
    'The run asked Azure OpenAI at https://theirs.openai.azure.com/openai/v1: to send your key there, repeat it with --model-base-url or AZURE_BASE_URL',
  )
})

test.each([
  [
    'bedrock/some.model-v1:0',
    { AWS_BEARER_TOKEN_BEDROCK: KEY, AWS_REGION: 'eu-west-1' },
    'https://bedrock-runtime.eu-west-1.amazonaws.com',
  ],
  [
    'vertex/gemini-2.5-pro',
    { GOOGLE_VERTEX_API_KEY: KEY },
    'https://aiplatform.googleapis.com/v1/publishers/google',
  ],
])('%s is found by its settings', async (rest, environment, baseUrl) => {
  const agent = await model.open(rest, bareResources({ environment }))

  expect(agent.details).toMatchObject({ baseUrl })
})

const gone = 'GOOGLE_APPLICATION_CREDENTIALS must name the JSON file of a service account'

test.each([
  [
    'azure/a',
    { AZURE_API_KEY: KEY },
    'There is no address for Azure OpenAI: give it with AZURE_RESOURCE_NAME or --model-base-url or AZURE_BASE_URL, for example http://127.0.0.1:8000/v1',
  ],
  [
    'azure/a',
    { AZURE_API_KEY: KEY, AZURE_RESOURCE_NAME: 'evil.example/x' },
    'AZURE_RESOURCE_NAME holds something that cannot be part of an address',
  ],
  [
    'azure/a',
    { ...azure, AZURE_API_VERSION: '2024-10-21' },
    'An AZURE_API_VERSION with a date has no responses: use azure-chat, or unset it',
  ],
  [
    'bedrock/a',
    { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: KEY },
    'There is no key for Amazon Bedrock: set AWS_BEARER_TOKEN_BEDROCK, or both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, in the environment or in .env',
  ],
  [
    'bedrock/a',
    { AWS_REGION: 'a@evil.example/', AWS_BEARER_TOKEN_BEDROCK: KEY },
    'AWS_REGION holds something that cannot be part of an address',
  ],
  [
    'bedrock/a',
    { AWS_REGION: 'eu-west-1', AWS_BEARER_TOKEN_BEDROCK: `${KEY} x` },
    'AWS_BEARER_TOKEN_BEDROCK holds something that cannot be a key: space or letters beyond ASCII',
  ],
  [
    'vertex/a',
    {},
    'There is no address for Google Vertex AI: give it with GOOGLE_VERTEX_PROJECT with GOOGLE_VERTEX_LOCATION or --model-base-url or GOOGLE_VERTEX_BASE_URL, for example http://127.0.0.1:8000/v1',
  ],
  [
    'vertex/a',
    { GOOGLE_VERTEX_PROJECT: 'p', GOOGLE_VERTEX_LOCATION: 'global' },
    'There is no key for Google Vertex AI: set GOOGLE_VERTEX_API_KEY, or GOOGLE_APPLICATION_CREDENTIALS to the file of a service account, in the environment or in .env',
  ],
  [
    'vertex/a',
    {
      GOOGLE_VERTEX_PROJECT: 'p',
      GOOGLE_VERTEX_LOCATION: 'global',
      GOOGLE_APPLICATION_CREDENTIALS: '/nowhere/at/all.json',
    },
    gone,
  ],
])('%s with %j is refused with what would do', async (rest, environment, message) => {
  expect(await refusalOf(rest, { environment })).toBe(message)
})
