import type { ProviderOptions } from '@ai-sdk/provider-utils'
import type { LanguageModel } from 'ai'

/** What a provider's package is given. Nothing is left for it to read from the environment itself. */
export interface ModelSettings {
  readonly name: string
  readonly apiKey: string
  readonly baseURL: string
  readonly fetch: typeof fetch
}

/** One place where models are served, behind `model:<id>/NAME`. */
export interface Provider {
  readonly id: string
  /** As it is called in messages. */
  readonly title: string
  /** Where its key may stand, in the order of preference. */
  readonly keyVariables: readonly [string, ...string[]]
  readonly keyNeeded: boolean
  /** Null: there is no such place unless the user names one. */
  readonly baseUrl: string | null
  readonly baseUrlVariable: string
  /** Passed on with each request. */
  readonly options: ProviderOptions
  /** Loads the provider's package. */
  readonly load: () => Promise<(settings: ModelSettings) => LanguageModel>
}

// The conversation stays with us: nothing is to be kept by the provider and referred to by a number, or the record
// would not hold what was sent. Their packages then ask for reasoning in a form that can be sent back.
const KEEP_NOTHING = { store: false }

export const PROVIDERS: readonly Provider[] = [
  {
    id: 'openai',
    title: 'OpenAI',
    keyVariables: ['OPENAI_API_KEY'],
    keyNeeded: true,
    baseUrl: 'https://api.openai.com/v1',
    baseUrlVariable: 'OPENAI_BASE_URL',
    options: { openai: KEEP_NOTHING },
    load: async () => {
      const { createOpenAI } = await import('@ai-sdk/openai')
      return ({ name, ...settings }) => createOpenAI(settings).responses(name)
    },
  },
  {
    id: 'openai-chat',
    title: 'OpenAI (chat completions)',
    keyVariables: ['OPENAI_API_KEY'],
    keyNeeded: true,
    baseUrl: 'https://api.openai.com/v1',
    baseUrlVariable: 'OPENAI_BASE_URL',
    options: { openai: KEEP_NOTHING },
    load: async () => {
      const { createOpenAI } = await import('@ai-sdk/openai')
      return ({ name, ...settings }) => createOpenAI(settings).chat(name)
    },
  },
  {
    id: 'openai-compatible',
    title: 'the OpenAI-compatible server',
    keyVariables: ['OPENAI_COMPATIBLE_API_KEY'],
    keyNeeded: false,
    baseUrl: null,
    baseUrlVariable: 'OPENAI_COMPATIBLE_BASE_URL',
    options: {},
    load: async () => {
      const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible')
      return ({ name, apiKey, ...settings }) => {
        const key = apiKey === '' ? {} : { apiKey }
        return createOpenAICompatible({ name: 'openai-compatible', ...settings, ...key }).chatModel(
          name,
        )
      }
    },
  },
  {
    id: 'anthropic',
    title: 'Anthropic',
    keyVariables: ['ANTHROPIC_API_KEY'],
    keyNeeded: true,
    baseUrl: 'https://api.anthropic.com/v1',
    baseUrlVariable: 'ANTHROPIC_BASE_URL',
    options: {},
    load: async () => {
      const { createAnthropic } = await import('@ai-sdk/anthropic')
      return ({ name, ...settings }) => createAnthropic(settings)(name)
    },
  },
  {
    id: 'google',
    title: 'Google',
    keyVariables: ['GOOGLE_GENERATIVE_AI_API_KEY', 'GEMINI_API_KEY', 'GOOGLE_API_KEY'],
    keyNeeded: true,
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
    baseUrlVariable: 'GOOGLE_GENERATIVE_AI_BASE_URL',
    options: {},
    load: async () => {
      const { createGoogle } = await import('@ai-sdk/google')
      return ({ name, ...settings }) => createGoogle(settings)(name)
    },
  },
  {
    id: 'xai',
    title: 'xAI',
    keyVariables: ['XAI_API_KEY'],
    keyNeeded: true,
    baseUrl: 'https://api.x.ai/v1',
    baseUrlVariable: 'XAI_BASE_URL',
    options: { xai: KEEP_NOTHING },
    load: async () => {
      const { createXai } = await import('@ai-sdk/xai')
      return ({ name, ...settings }) => createXai(settings).responses(name)
    },
  },
  {
    id: 'openrouter',
    title: 'OpenRouter',
    keyVariables: ['OPENROUTER_API_KEY'],
    keyNeeded: true,
    baseUrl: 'https://openrouter.ai/api/v1',
    baseUrlVariable: 'OPENROUTER_BASE_URL',
    options: {},
    load: async () => {
      const { createOpenRouter } = await import('@openrouter/ai-sdk-provider')
      // Asked to, it says what each call has cost.
      return ({ name, ...settings }) =>
        createOpenRouter(settings).chat(name, { usage: { include: true } })
    },
  },
]
