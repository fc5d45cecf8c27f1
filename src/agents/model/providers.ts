import type { Provider } from './provider.ts'
import { anthropic } from './providers/anthropic.ts'
import { azure, azureChat } from './providers/azure.ts'
import { bedrock } from './providers/bedrock.ts'
import { google } from './providers/google.ts'
import { openai, openaiChat } from './providers/openai.ts'
import { openaiCompatible } from './providers/openai-compatible.ts'
import { openrouter } from './providers/openrouter.ts'
import { vertex } from './providers/vertex.ts'
import { xai } from './providers/xai.ts'

/** Where models can be asked, in the order in which they are listed. */
export const PROVIDERS: readonly Provider[] = [
  openai,
  openaiChat,
  openaiCompatible,
  anthropic,
  google,
  xai,
  openrouter,
  azure,
  azureChat,
  bedrock,
  vertex,
]
