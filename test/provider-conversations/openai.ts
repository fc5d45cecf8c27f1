import {
  BASH_SCHEMA,
  type ConversationCase,
  KEY,
  SUBMIT_SCHEMA,
  SYSTEM,
  USER,
} from './conversation.ts'

/** Reasoning models get their instructions from the developer, and no temperature. */
export const openaiCase: ConversationCase = {
  name: 'openai/gpt-5',
  environment: { OPENAI_API_KEY: KEY },
  path: '/v1/responses',
  key: { header: 'authorization', value: `Bearer ${KEY}` },
  reasoning: ['Looking is free.', 'Both at once.', null, null],
  lastRequest: {
    model: 'gpt-5',
    input: [
      { role: 'developer', content: SYSTEM },
      { role: 'user', content: [{ type: 'input_text', text: USER }] },
      {
        type: 'reasoning',
        id: 'rs_1',
        encrypted_content: 'sealed-1',
        summary: [{ type: 'summary_text', text: 'Looking is free.' }],
      },
      { role: 'assistant', content: 'I look around.' },
      { type: 'function_call', call_id: 'call_1_1', name: 'bash', arguments: '{"command":"ls"}' },
      { type: 'function_call_output', call_id: 'call_1_1', output: 'result of ls' },
      {
        type: 'reasoning',
        id: 'rs_2',
        encrypted_content: 'c2VhbGVk',
        summary: [{ type: 'summary_text', text: 'Both at once.' }],
      },
      {
        type: 'function_call',
        call_id: 'call_2_1',
        name: 'bash',
        arguments: '{"command":"cat a"}',
      },
      {
        type: 'function_call',
        call_id: 'call_2_2',
        name: 'bash',
        arguments: '{"command":"cat b"}',
      },
      { type: 'function_call_output', call_id: 'call_2_1', output: 'result of cat a' },
      { type: 'function_call_output', call_id: 'call_2_2', output: 'result of cat b' },
      { role: 'assistant', content: 'They add up to five.' },
      { role: 'user', content: [{ type: 'input_text', text: 'Please go on.' }] },
    ],
    max_output_tokens: 4000,
    store: false,
    include: ['reasoning.encrypted_content'],
    reasoning: { effort: 'high', summary: 'auto' },
    tools: [
      {
        type: 'function',
        name: 'bash',
        description: 'Runs a command.',
        parameters: BASH_SCHEMA,
        strict: false,
      },
      {
        type: 'function',
        name: 'submit',
        description: 'Hands in the answers.',
        parameters: SUBMIT_SCHEMA,
        strict: false,
      },
    ],
    tool_choice: 'auto',
  },
}
