import {
  BASH_SCHEMA,
  type ConversationCase,
  KEY,
  SUBMIT_SCHEMA,
  SYSTEM,
  USER,
} from './conversation.ts'

/** Reasoning never comes back here, so that none is replayed. */
export const openaiChatCase: ConversationCase = {
  name: 'openai-chat/gpt-5',
  environment: { OPENAI_API_KEY: KEY },
  path: '/v1/chat/completions',
  key: { header: 'authorization', value: `Bearer ${KEY}` },
  reasoning: [null, null, null, null],
  lastRequest: {
    model: 'gpt-5',
    seed: 7,
    max_completion_tokens: 4000,
    store: false,
    reasoning_effort: 'high',
    messages: [
      { role: 'developer', content: SYSTEM },
      { role: 'user', content: USER },
      {
        role: 'assistant',
        content: 'I look around.',
        tool_calls: [
          {
            id: 'call_1_1',
            type: 'function',
            function: { name: 'bash', arguments: '{"command":"ls"}' },
          },
        ],
      },
      { role: 'tool', tool_call_id: 'call_1_1', content: 'result of ls' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          {
            id: 'call_2_1',
            type: 'function',
            function: { name: 'bash', arguments: '{"command":"cat a"}' },
          },
          {
            id: 'call_2_2',
            type: 'function',
            function: { name: 'bash', arguments: '{"command":"cat b"}' },
          },
        ],
      },
      { role: 'tool', tool_call_id: 'call_2_1', content: 'result of cat a' },
      { role: 'tool', tool_call_id: 'call_2_2', content: 'result of cat b' },
      { role: 'assistant', content: 'They add up to five.' },
      { role: 'user', content: 'Please go on.' },
    ],
    tools: [
      {
        type: 'function',
        function: { name: 'bash', description: 'Runs a command.', parameters: BASH_SCHEMA },
      },
      {
        type: 'function',
        function: {
          name: 'submit',
          description: 'Hands in the answers.',
          parameters: SUBMIT_SCHEMA,
        },
      },
    ],
    tool_choice: 'auto',
  },
}
