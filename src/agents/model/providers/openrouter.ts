import type { Generation } from '../../../records/model.ts'
import { bearerCheck, type OwnOptions, type Provider } from '../provider.ts'
import { needKey } from '../read-key.ts'

const KEY_VARIABLES = ['OPENROUTER_API_KEY'] as const
const TITLE = 'OpenRouter'

export const openrouter: Provider = {
  id: 'openrouter',
  title: TITLE,
  keyVariables: KEY_VARIABLES,
  secretVariables: KEY_VARIABLES,
  keyNeeded: true,
  baseUrlVariable: 'OPENROUTER_BASE_URL',
  addressVariables: [],
  recordedVariables: [],
  keyCheck: bearerCheck('/key'),
  baseUrl: () => 'https://openrouter.ai/api/v1',
  load: async (environment) => {
    const apiKey = needKey(TITLE, KEY_VARIABLES, environment)
    const { createOpenRouter } = await import('@openrouter/ai-sdk-provider')
    const secrets = [apiKey]
    return {
      secrets: () => secrets,
      // Asked to, it says what each call has cost.
      create: ({ name, baseURL, fetch }) =>
        createOpenRouter({ apiKey, baseURL, fetch }).chat(name, { usage: { include: true } }),
      optionsFor: ownOptions,
    }
  },
}

/** Its package knows no portable word for effort. */
function ownOptions(_: string, { effort, reasoningTokens }: Generation): OwnOptions {
  if (reasoningTokens !== undefined) {
    return { providerOptions: { openrouter: { reasoning: { max_tokens: reasoningTokens } } } }
  }
  if (effort === undefined) return { providerOptions: {} }
  // `xhigh` is the most that it has.
  const nearest = effort === 'max' ? 'xhigh' : effort
  return {
    reasoning: 'provider-default',
    providerOptions: { openrouter: { reasoning: { effort: nearest } } },
  }
}
