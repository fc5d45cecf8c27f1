import { bearerCheck, type Provider } from '../provider.ts'
import { needKey } from '../read-key.ts'
import { refuseReasoningTokens } from '../thinking-budget.ts'

const KEY_VARIABLES = ['XAI_API_KEY'] as const
const TITLE = 'xAI'

export const xai: Provider = {
  id: 'xai',
  title: TITLE,
  keyVariables: KEY_VARIABLES,
  secretVariables: KEY_VARIABLES,
  keyNeeded: true,
  baseUrlVariable: 'XAI_BASE_URL',
  addressVariables: [],
  recordedVariables: [],
  keyCheck: bearerCheck('/models'),
  baseUrl: () => 'https://api.x.ai/v1',
  load: async (environment) => {
    const apiKey = needKey(TITLE, KEY_VARIABLES, environment)
    const { createXai } = await import('@ai-sdk/xai')
    const secrets = [apiKey]
    return {
      secrets: () => secrets,
      create: ({ name, baseURL, fetch }) => createXai({ apiKey, baseURL, fetch }).responses(name),
      optionsFor: (_, generation) => {
        refuseReasoningTokens(TITLE, generation)
        // Kept by us and not by xAI, as with OpenAI: the package then asks for reasoning that can be sent back.
        return { providerOptions: { xai: { store: false } } }
      },
    }
  },
}
