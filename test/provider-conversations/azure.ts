import { type ConversationCase, KEY } from './conversation.ts'
import { openaiCase } from './openai.ts'

/** OpenAI's responses, with the key in another header. */
export const azureCase: ConversationCase = {
  ...openaiCase,
  name: 'azure/gpt-5',
  environment: { AZURE_API_KEY: KEY },
  key: { header: 'api-key', value: KEY },
}
