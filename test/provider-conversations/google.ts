import {
  BASH_SCHEMA,
  type ConversationCase,
  KEY,
  SUBMIT_SCHEMA,
  SYSTEM,
  USER,
} from './conversation.ts'

/** A signature goes back on the part on which it came. */
export const googleCase: ConversationCase = {
  name: 'google/gemini-2.5-pro',
  environment: { GEMINI_API_KEY: KEY },
  path: '/v1/models/gemini-2.5-pro:generateContent',
  key: { header: 'x-goog-api-key', value: KEY },
  reasoning: ['Looking is free.', 'Both at once.', null, null],
  lastRequest: {
    generationConfig: {
      maxOutputTokens: 4000,
      temperature: 0.5,
      topK: 20,
      topP: 0.9,
      seed: 7,
      thinkingConfig: { thinkingBudget: 2400, includeThoughts: true },
    },
    contents: [
      { role: 'user', parts: [{ text: USER }] },
      {
        role: 'model',
        parts: [
          { text: 'Looking is free.', thought: true },
          { text: 'I look around.' },
          {
            functionCall: { id: 'call-1', name: 'bash', args: { command: 'ls' } },
            thoughtSignature: 'signed-1',
          },
        ],
      },
      {
        role: 'user',
        parts: [
          {
            functionResponse: {
              id: 'call-1',
              name: 'bash',
              response: { name: 'bash', content: 'result of ls' },
            },
          },
        ],
      },
      {
        role: 'model',
        parts: [
          { text: 'Both at once.', thought: true },
          {
            functionCall: { id: 'call-2', name: 'bash', args: { command: 'cat a' } },
            thoughtSignature: 'c2VhbGVk',
          },
          { functionCall: { id: 'call-3', name: 'bash', args: { command: 'cat b' } } },
        ],
      },
      {
        role: 'user',
        parts: [
          {
            functionResponse: {
              id: 'call-2',
              name: 'bash',
              response: { name: 'bash', content: 'result of cat a' },
            },
          },
          {
            functionResponse: {
              id: 'call-3',
              name: 'bash',
              response: { name: 'bash', content: 'result of cat b' },
            },
          },
        ],
      },
      { role: 'model', parts: [{ text: 'They add up to five.' }] },
      { role: 'user', parts: [{ text: 'Please go on.' }] },
    ],
    systemInstruction: { parts: [{ text: SYSTEM }] },
    tools: [
      {
        functionDeclarations: [
          { name: 'bash', description: 'Runs a command.', parametersJsonSchema: BASH_SCHEMA },
          {
            name: 'submit',
            description: 'Hands in the answers.',
            parametersJsonSchema: SUBMIT_SCHEMA,
          },
        ],
      },
    ],
    toolConfig: { functionCallingConfig: { mode: 'AUTO' } },
  },
}
