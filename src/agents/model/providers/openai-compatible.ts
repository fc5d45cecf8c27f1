import { bearerCheck, type Provider } from '../provider.ts'
import { readKey } from '../read-key.ts'
import { refuseReasoningTokens } from '../thinking-budget.ts'

const KEY_VARIABLES = ['OPENAI_COMPATIBLE_API_KEY'] as const
const TITLE = 'the OpenAI-compatible server'

/** vLLM, Ollama, llama.cpp, LM Studio and their like. */
export const openaiCompatible: Provider = {
  id: 'openai-compatible',
  title: TITLE,
  keyVariables: KEY_VARIABLES,
  secretVariables: KEY_VARIABLES,
  keyNeeded: false,
  // The templates by which many of these models are asked fail on two messages of a user's in a row.
  emptyTurns: true,
  baseUrlVariable: 'OPENAI_COMPATIBLE_BASE_URL',
  addressVariables: [],
  recordedVariables: [],
  keyCheck: bearerCheck('/models'),
  baseUrl: () => null,
  load: async (environment) => {
    const apiKey = readKey(KEY_VARIABLES, environment)
    const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible')
    const key = apiKey === null ? {} : { apiKey }
    const secrets = Object.values(key)
    return {
      secrets: () => secrets,
      create: ({ name, baseURL, fetch }) =>
        createOpenAICompatible({ name: 'openai-compatible', baseURL, fetch, ...key }).chatModel(
          name,
        ),
      optionsFor: (_, { topK, ...generation }) => {
        refuseReasoningTokens(TITLE, generation)
        // OpenAI has no such setting and the package leaves it out; all of these servers do.
        const providerOptions = topK === undefined ? {} : { openaiCompatible: { top_k: topK } }
        return { providerOptions }
      },
    }
  },
}
