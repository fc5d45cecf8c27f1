import { expect, test } from 'vitest'
import type { Generation } from '../../records/model.ts'
import { UsageError } from '../../support/errors.ts'
import { bareResources } from '../../testing/bare-resources.ts'
import type { AgentResources } from '../agent.ts'
import { model } from './model.ts'

const KEY = 'sk-canary-0123456789abcdef'

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
    bareResources({ environment: { OPENROUTER_API_KEY: ` ${KEY}\n` }, generation: { temperature: 0 } }),
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
    start: null,
  })
})

test('an unknown provider, a missing model name and a missing key are refused with what would do', async () => {
  const known = 'openai, openai-chat, openai-compatible, anthropic, google, xai, openrouter'

  expect(await refusalOf('opnai/gpt-5')).toBe(
    `Unknown model provider "opnai". Did you mean "openai"? Valid: ${known}`,
  )
  expect(await refusalOf('')).toBe(`Unknown model provider "". Valid: ${known}`)
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
  expect(await refusalOf('openai/gpt-5')).toBe(
    'There is no key for OpenAI: set OPENAI_API_KEY in the environment',
  )
  expect(await refusalOf('openai/gpt-5', { environment: { OPENAI_API_KEY: '  ' } })).toBe(
    'There is no key for OpenAI: set OPENAI_API_KEY in the environment',
  )
  expect(await refusalOf('google/gemini')).toBe(
    'There is no key for Google: set GOOGLE_GENERATIVE_AI_API_KEY or GEMINI_API_KEY or GOOGLE_API_KEY in the environment',
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
  const fromEnvironment = await model.open('openai-compatible/llama', bareResources({ environment }))
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
