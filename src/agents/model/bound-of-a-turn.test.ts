import { expect, test } from 'vitest'
import type { Generation } from '../../records/model.ts'
import { EFFORTS } from '../../records/model.ts'
import { UsageError } from '../../support/errors.ts'
import { SAMPLE_BRIEF, sampleContext } from '../../testing/agent-contract.ts'
import { bareResources } from '../../testing/bare-resources.ts'
import { modelServer } from '../../testing/model-server.ts'
import { model } from './model.ts'
import { PROVIDERS } from './providers.ts'
import { at } from './read-json.ts'

const MAX_TOKENS = 4_000

/** Of each provider and each way to be told how much to think, a model. */
const MODELS = [
  'openai/gpt-5',
  'openai/gpt-4o',
  'openai-chat/gpt-5',
  'openai-chat/gpt-4o',
  'openai-chat/ft:gpt-5:us::x',
  'azure/deployed',
  'azure-chat/deployed',
  'openai-compatible/llama',
  'openrouter/anthropic/claude-sonnet-4.5',
  'xai/grok-4.6',
  'google/gemini-2.5-flash',
  'google/gemini-2.5-pro',
  'google/gemini-3.1-pro-preview',
  'vertex/gemini-2.5-pro',
  'vertex/gemini-3.1-pro-preview',
  'anthropic/claude-3-haiku-20240307',
  'anthropic/claude-sonnet-4-5',
  'anthropic/claude-sonnet-4-6',
  'anthropic/claude-opus-5',
  'anthropic/claude-sonnet-5-5',
  'anthropic/claude-haiku-5-5',
  'anthropic/claude-from-next-year',
  'anthropic/unheard-of',
  'bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0',
  'bedrock/us.anthropic.claude-opus-4-6-v1',
  'bedrock/anthropic.claude-opus-5-v1:0',
  'bedrock/amazon.nova-pro-v1:0',
  'bedrock/amazon.nova-2-lite-v1:0',
  'bedrock/openai.gpt-oss-120b-1:0',
  'bedrock/arn:aws:bedrock:us-east-1:1:application-inference-profile/x',
]

const SETTINGS: readonly Generation[] = [
  {},
  ...EFFORTS.map((effort) => ({ effort })),
  { reasoningTokens: 1_500 },
]

/** Where a protocol says how much a turn may write, reasoning included. */
const BOUNDS = [
  ['max_tokens'],
  ['max_completion_tokens'],
  ['max_output_tokens'],
  ['generationConfig', 'maxOutputTokens'],
  ['inferenceConfig', 'maxTokens'],
]

/** Where it says how much of that may be reasoning. */
const BUDGETS = [
  ['thinking', 'budget_tokens'],
  ['reasoning', 'max_tokens'],
  ['generationConfig', 'thinkingConfig', 'thinkingBudget'],
  ['additionalModelRequestFields', 'thinking', 'budget_tokens'],
]

test('each provider is asked', () => {
  const asked = new Set(MODELS.map((name) => name.split('/')[0]))

  expect(PROVIDERS.filter(({ id }) => !asked.has(id))).toEqual([])
})

test.each(MODELS)(
  '%s: however it is to think, a turn is bounded by maxTokens, and reasoning is within that',
  async (name) => {
    for (const generation of SETTINGS) {
      const body = await bodyOf(name, { ...generation, maxTokens: MAX_TOKENS })
      if (body === null) continue
      expect([generation, numbersAt(body, BOUNDS)]).toEqual([generation, [MAX_TOKENS]])
      for (const budget of numbersAt(body, BUDGETS)) expect(budget).toBeLessThan(MAX_TOKENS)
    }
  },
)

test.each(['high', 'xhigh', 'max'] as const)(
  'Bedrock: a bound of the turn is refused with effort %s where it would be left out in silence',
  async (effort) => {
    const asked = ask('bedrock/us.amazon.nova-2-lite-v1:0', { effort, maxTokens: MAX_TOKENS })

    await expect(asked).rejects.toThrow(
      new UsageError(
        `us.amazon.nova-2-lite-v1:0 takes no maxTokens where it thinks with effort ${effort}: leave out one of them`,
      ),
    )
  },
)

test('Bedrock: with less effort its own models take a bound, and with more none is needed', async () => {
  const name = 'bedrock/amazon.nova-2-lite-v1:0'

  expect(await bodyOf(name, { effort: 'medium', maxTokens: MAX_TOKENS })).toMatchObject({
    inferenceConfig: { maxTokens: MAX_TOKENS },
  })
  expect(await bodyOf(name, { effort: 'high' })).toMatchObject({
    additionalModelRequestFields: { reasoningConfig: { maxReasoningEffort: 'high' } },
  })
})

function numbersAt(body: unknown, places: readonly (readonly string[])[]): number[] {
  return places.map((path) => at(body, ...path)).filter((found) => typeof found === 'number')
}

/** What a turn is asked with; null where the settings are refused before anything is sent. */
async function bodyOf(name: string, generation: Generation): Promise<unknown> {
  try {
    return await ask(name, generation)
  } catch (error) {
    if (error instanceof UsageError) return null
    throw error
  }
}

async function ask(name: string, generation: Generation): Promise<unknown> {
  await using server = await modelServer({ policy: () => ({ text: 'Hm.' }) })
  const agent = await model.open(
    name,
    bareResources({ environment: KEYS, modelBaseUrl: server.url, generation }),
  )
  const context = sampleContext()
  await agent.start(SAMPLE_BRIEF, context).next({ kind: 'start' }, context.signal)
  return JSON.parse(server.requests[0]?.body ?? '')
}

const KEYS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    PROVIDERS.flatMap(({ secretVariables }) =>
      secretVariables.map((variable) => [variable, 'canary-0123456789abcdef']),
    ),
  ),
  AWS_REGION: 'eu-west-1',
}
