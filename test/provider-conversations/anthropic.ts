import {
  BASH_SCHEMA,
  type ConversationCase,
  KEY,
  SUBMIT_SCHEMA,
  SYSTEM,
  USER,
} from './conversation.ts'

/** This model takes a figure for thinking, and with it no temperature; both must fit into the bound of a turn. */
export const anthropicCase: ConversationCase = {
  name: 'anthropic/claude-sonnet-4-5',
  environment: { ANTHROPIC_API_KEY: KEY },
  path: '/v1/messages',
  key: { header: 'x-api-key', value: KEY },
  reasoning: ['Looking is free.', 'Both at once.', null, null],
  lastRequest: {
    model: 'claude-sonnet-4-5',
    max_tokens: 4000,
    thinking: { type: 'enabled', budget_tokens: 2400 },
    system: [{ type: 'text', text: SYSTEM }],
    messages: [
      { role: 'user', content: [{ type: 'text', text: USER }] },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Looking is free.', signature: 'signed-1' },
          { type: 'text', text: 'I look around.' },
          { type: 'tool_use', id: 'toolu_1_1', name: 'bash', input: { command: 'ls' } },
        ],
      },
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 'toolu_1_1', content: 'result of ls' }],
      },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Both at once.', signature: 'signed-2' },
          { type: 'redacted_thinking', data: 'c2VhbGVk' },
          { type: 'tool_use', id: 'toolu_2_1', name: 'bash', input: { command: 'cat a' } },
          { type: 'tool_use', id: 'toolu_2_2', name: 'bash', input: { command: 'cat b' } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'toolu_2_1', content: 'result of cat a' },
          { type: 'tool_result', tool_use_id: 'toolu_2_2', content: 'result of cat b' },
        ],
      },
      { role: 'assistant', content: [{ type: 'text', text: 'They add up to five.' }] },
      { role: 'user', content: [{ type: 'text', text: 'Please go on.' }] },
    ],
    tools: [
      { name: 'bash', description: 'Runs a command.', input_schema: BASH_SCHEMA },
      { name: 'submit', description: 'Hands in the answers.', input_schema: SUBMIT_SCHEMA },
    ],
    tool_choice: { type: 'auto' },
  },
}
