import type { Generation } from '../../../records/model.ts'
import type { OwnOptions, Provider } from '../provider.ts'
import { needKey } from '../read-key.ts'
import { type ClaudeTraits, thinkingBudget } from '../thinking-budget.ts'

const KEY_VARIABLES = ['ANTHROPIC_API_KEY'] as const
const TITLE = 'Anthropic'

export const anthropic: Provider = {
  id: 'anthropic',
  title: TITLE,
  keyVariables: KEY_VARIABLES,
  secretVariables: KEY_VARIABLES,
  keyNeeded: true,
  baseUrlVariable: 'ANTHROPIC_BASE_URL',
  addressVariables: [],
  recordedVariables: [],
  keyCheck: {
    path: () => '/models',
    headers: (key) => ({ 'x-api-key': key, 'anthropic-version': '2023-06-01' }),
  },
  baseUrl: () => 'https://api.anthropic.com/v1',
  load: async (environment) => {
    const apiKey = needKey(TITLE, KEY_VARIABLES, environment)
    const [{ createAnthropic }, { getModelCapabilities }] = await Promise.all([
      import('@ai-sdk/anthropic'),
      import('@ai-sdk/anthropic/internal'),
    ])
    const secrets = [apiKey]
    return {
      secrets: () => secrets,
      create: ({ name, baseURL, fetch }) => createAnthropic({ apiKey, baseURL, fetch })(name),
      optionsFor: (name, generation) => ownOptions(name, generation, getModelCapabilities(name)),
    }
  },
}

function ownOptions(name: string, generation: Generation, traits: ClaudeTraits): OwnOptions {
  const budget = thinkingBudget(name, generation, traits)
  if (budget === null) return { providerOptions: {} }
  const { budgetTokens, maxOutputTokens } = budget
  return {
    reasoning: 'provider-default',
    maxOutputTokens,
    providerOptions: { anthropic: { thinking: { type: 'enabled', budgetTokens } } },
  }
}
