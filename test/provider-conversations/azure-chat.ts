import { type ConversationCase, KEY } from './conversation.ts'
import { openaiChatCase } from './openai-chat.ts'

/** OpenAI's chat completions, with the key in another header. */
export const azureChatCase: ConversationCase = {
  ...openaiChatCase,
  name: 'azure-chat/gpt-5',
  environment: { AZURE_API_KEY: KEY },
  key: { header: 'api-key', value: KEY },
}
