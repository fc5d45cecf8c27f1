import type { Generation } from '../../../records/model.ts'
import type { OwnOptions, Provider } from '../provider.ts'
import { needKey } from '../read-key.ts'
import { shareOf } from '../thinking-budget.ts'

const KEY_VARIABLES = ['GOOGLE_GENERATIVE_AI_API_KEY', 'GEMINI_API_KEY', 'GOOGLE_API_KEY'] as const
const TITLE = 'Google'

export const google: Provider = {
  id: 'google',
  title: TITLE,
  keyVariables: KEY_VARIABLES,
  secretVariables: KEY_VARIABLES,
  keyNeeded: true,
  baseUrlVariable: 'GOOGLE_GENERATIVE_AI_BASE_URL',
  addressVariables: [],
  recordedVariables: [],
  keyCheck: { path: () => '/models?pageSize=1000', headers: (key) => ({ 'x-goog-api-key': key }) },
  baseUrl: () => 'https://generativelanguage.googleapis.com/v1beta',
  load: async (environment) => {
    const apiKey = needKey(TITLE, KEY_VARIABLES, environment)
    const { createGoogle } = await import('@ai-sdk/google')
    const secrets = [apiKey]
    return {
      secrets: () => secrets,
      create: ({ name, baseURL, fetch }) => createGoogle({ apiKey, baseURL, fetch })(name),
      optionsFor: geminiOptions,
    }
  },
}

/** How models by Google are asked to think, wherever they are served. */
export function geminiOptions(name: string, generation: Generation): OwnOptions {
  const { effort, reasoningTokens } = generation
  const asked = reasoningTokens !== undefined || (effort !== undefined && effort !== 'none')
  const includeThoughts = asked || (effort === undefined && THINK_UNASKED.test(name))
  const thinkingBudget = reasoningTokens ?? budgetWithin(name, generation)
  const thinkingConfig = {
    ...(thinkingBudget === undefined ? {} : { thinkingBudget }),
    ...(includeThoughts ? { includeThoughts } : {}),
  }
  const isEmpty = Object.keys(thinkingConfig).length === 0
  return { providerOptions: isEmpty ? {} : { google: { thinkingConfig } } }
}

/**
 * Models that take a figure are given by their package one for the most that they can write, whatever `maxTokens` are: all of
 * these would then go into thinking, and none were left for the answer. Limits of the figure: 512 and 24576 suit all of them.
 */
function budgetWithin(name: string, { effort, maxTokens }: Generation): number | undefined {
  const share = shareOf(effort)
  if (share === undefined || maxTokens === undefined || !name.startsWith('gemini-2.5')) return
  return Math.min(24_576, Math.max(512, Math.round(maxTokens * share)))
}

// Thoughts can be had only where there are any: a model that does not think refuses to show them.
const THINK_UNASKED = /^(?!.*(flash-lite|image|tts|live|embedding))gemini-(2\.5|[3-9]|\d{2})/
