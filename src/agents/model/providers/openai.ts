import type { OpenAIProvider } from '@ai-sdk/openai'
import type { Generation } from '../../../records/model.ts'
import { bearerCheck, type LoadedProvider, type OwnOptions, type Provider } from '../provider.ts'
import { needKey } from '../read-key.ts'
import { refuseReasoningTokens } from '../thinking-budget.ts'

const AT_OPENAI = {
  keyVariables: ['OPENAI_API_KEY'],
  secretVariables: ['OPENAI_API_KEY'],
  keyNeeded: true,
  baseUrlVariable: 'OPENAI_BASE_URL',
  addressVariables: [],
  recordedVariables: [],
  keyCheck: bearerCheck('/models'),
  baseUrl: () => 'https://api.openai.com/v1',
} as const

export const openai: Provider = {
  ...AT_OPENAI,
  id: 'openai',
  title: 'OpenAI',
  load: loading(
    (served, name) => served.responses(name),
    (name, generation) => responsesOptions('openai', name, generation),
  ),
}

export const openaiChat: Provider = {
  ...AT_OPENAI,
  id: 'openai-chat',
  title: 'OpenAI (chat completions)',
  sameModelsAs: 'openai',
  load: loading((served, name) => served.chat(name), chatOptions),
}

/** Both protocols are spoken by one package, with one key. */
function loading(
  speak: (served: OpenAIProvider, name: string) => ReturnType<LoadedProvider['create']>,
  optionsFor: LoadedProvider['optionsFor'],
): Provider['load'] {
  return async (environment) => {
    const apiKey = needKey('OpenAI', AT_OPENAI.keyVariables, environment)
    const { createOpenAI } = await import('@ai-sdk/openai')
    const secrets = [apiKey]
    return {
      secrets: () => secrets,
      create: ({ name, baseURL, fetch }) => speak(createOpenAI({ apiKey, baseURL, fetch }), name),
      optionsFor: (name, generation) => {
        refuseReasoningTokens('OpenAI', generation)
        return optionsFor(name, generation)
      },
    }
  }
}

/**
 * The conversation stays with us: nothing is to be kept by the provider and referred to by a number, or the record would not
 * hold what was sent. Of models that reason the package then asks for the reasoning in a form that can be sent back.
 *
 * A summary is the only reasoning that can be read. The package leaves it out for models that do not reason.
 */
export function responsesOptions(
  namespace: 'openai' | 'azure',
  name: string,
  { effort }: Generation,
): OwnOptions {
  const reasoningSummary = effort === 'none' ? null : 'auto'
  return {
    providerOptions: {
      [namespace]: { store: false, reasoningSummary, ...takenForReasoning(name, effort) },
    },
  }
}

/** Azure's package reads them under the same name. */
export function chatOptions(name: string, { effort }: Generation): OwnOptions {
  return { providerOptions: { openai: { store: false, ...takenForReasoning(name, effort) } } }
}

/** The package drops an effort in silence for names that it does not know, as those of deployments and of tuned models are. */
function takenForReasoning(name: string, effort: Generation['effort']): { forceReasoning?: true } {
  const known = /^(gpt-\d|o\d|chatgpt)/.test(name)
  return effort === undefined || effort === 'none' || known ? {} : { forceReasoning: true }
}
