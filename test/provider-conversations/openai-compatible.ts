import {
  BASH_SCHEMA,
  type ConversationCase,
  KEY,
  SUBMIT_SCHEMA,
  SYSTEM,
  USER,
} from './conversation.ts'

/** All settings are sent, and reasoning goes back in the field in which it came. */
export const openaiCompatibleCase: ConversationCase = {
  name: 'openai-compatible/meta-llama/Llama-3',
  environment: { OPENAI_COMPATIBLE_API_KEY: KEY },
  path: '/v1/chat/completions',
  key: { header: 'authorization', value: `Bearer ${KEY}` },
  reasoning: ['Looking is free.', 'Both at once.', null, null],
  lastRequest: {
    model: 'meta-llama/Llama-3',
    max_tokens: 4000,
    temperature: 0.5,
    top_p: 0.9,
    seed: 7,
    top_k: 20,
    reasoning_effort: 'high',
    messages: [
      { role: 'system', content: SYSTEM },
      { role: 'user', content: USER },
      {
        role: 'assistant',
        content: 'I look around.',
        reasoning_content: 'Looking is free.',
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
        reasoning_content: 'Both at once.',
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
