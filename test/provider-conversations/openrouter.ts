import {
  BASH_SCHEMA,
  type ConversationCase,
  KEY,
  SUBMIT_SCHEMA,
  SYSTEM,
  USER,
} from './conversation.ts'

/** Reasoning goes back with its details, in the order in which they came. */
export const openrouterCase: ConversationCase = {
  name: 'openrouter/anthropic/claude-sonnet-4.5:beta',
  environment: { OPENROUTER_API_KEY: KEY },
  path: '/v1/chat/completions',
  key: { header: 'authorization', value: `Bearer ${KEY}` },
  reasoning: ['Looking is free.', 'Both at once.', null, null],
  lastRequest: {
    model: 'anthropic/claude-sonnet-4.5:beta',
    max_tokens: 4000,
    temperature: 0.5,
    top_p: 0.9,
    seed: 7,
    top_k: 20,
    messages: [
      { role: 'system', content: [{ type: 'text', text: SYSTEM }] },
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
        reasoning: 'Looking is free.',
        reasoning_details: [
          {
            type: 'reasoning.text',
            text: 'Looking is free.',
            signature: 'signed-1',
            format: 'anthropic-claude-v1',
            index: 0,
          },
        ],
      },
      { role: 'tool', tool_call_id: 'call_1_1', content: 'result of ls', name: 'bash' },
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
        reasoning: 'Both at once.',
        reasoning_details: [
          {
            type: 'reasoning.text',
            text: 'Both at once.',
            signature: 'signed-2',
            format: 'anthropic-claude-v1',
            index: 0,
          },
          {
            type: 'reasoning.encrypted',
            data: 'c2VhbGVk',
            format: 'anthropic-claude-v1',
            index: 1,
          },
        ],
      },
      { role: 'tool', tool_call_id: 'call_2_1', content: 'result of cat a', name: 'bash' },
      { role: 'tool', tool_call_id: 'call_2_2', content: 'result of cat b', name: 'bash' },
      { role: 'assistant', content: 'They add up to five.' },
      { role: 'user', content: 'Please go on.' },
    ],
    reasoning: { effort: 'high' },
    usage: { include: true },
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
