import {
  BASH_SCHEMA,
  type ConversationCase,
  KEY,
  SUBMIT_SCHEMA,
  SYSTEM,
  USER,
} from './conversation.ts'

/** Claude by Amazon's own protocol. */
export const bedrockCase: ConversationCase = {
  name: 'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  environment: { AWS_BEARER_TOKEN_BEDROCK: KEY },
  path: '/v1/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse',
  key: { header: 'authorization', value: `Bearer ${KEY}` },
  reasoning: ['Looking is free.', 'Both at once.', null, null],
  lastRequest: {
    system: [{ text: SYSTEM }],
    messages: [
      { role: 'user', content: [{ text: USER }] },
      {
        role: 'assistant',
        content: [
          {
            reasoningContent: {
              reasoningText: { text: 'Looking is free.', signature: 'signed-1' },
            },
          },
          { text: 'I look around.' },
          { toolUse: { toolUseId: 'tooluse_1_1', name: 'bash', input: { command: 'ls' } } },
        ],
      },
      {
        role: 'user',
        content: [
          { toolResult: { toolUseId: 'tooluse_1_1', content: [{ text: 'result of ls' }] } },
        ],
      },
      {
        role: 'assistant',
        content: [
          { reasoningContent: { reasoningText: { text: 'Both at once.', signature: 'signed-2' } } },
          { reasoningContent: { redactedContent: 'c2VhbGVk' } },
          { toolUse: { toolUseId: 'tooluse_2_1', name: 'bash', input: { command: 'cat a' } } },
          { toolUse: { toolUseId: 'tooluse_2_2', name: 'bash', input: { command: 'cat b' } } },
        ],
      },
      {
        role: 'user',
        content: [
          { toolResult: { toolUseId: 'tooluse_2_1', content: [{ text: 'result of cat a' }] } },
          { toolResult: { toolUseId: 'tooluse_2_2', content: [{ text: 'result of cat b' }] } },
        ],
      },
      { role: 'assistant', content: [{ text: 'They add up to five.' }] },
      { role: 'user', content: [{ text: 'Please go on.' }] },
    ],
    additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 2400 } },
    additionalModelResponseFieldPaths: ['/delta/stop_sequence'],
    inferenceConfig: { maxTokens: 4000 },
    toolConfig: {
      tools: [
        {
          toolSpec: {
            name: 'bash',
            description: 'Runs a command.',
            inputSchema: { json: BASH_SCHEMA },
          },
        },
        {
          toolSpec: {
            name: 'submit',
            description: 'Hands in the answers.',
            inputSchema: { json: SUBMIT_SCHEMA },
          },
        },
      ],
      toolChoice: { auto: {} },
    },
  },
}
