import { expect, test } from 'vitest'
import { PROVIDERS } from '../src/agents/model/providers.ts'
import { anthropicCase } from './provider-conversations/anthropic.ts'
import { azureCase } from './provider-conversations/azure.ts'
import { azureChatCase } from './provider-conversations/azure-chat.ts'
import { bedrockCase } from './provider-conversations/bedrock.ts'
import { converse, KEY, SCRIPT } from './provider-conversations/conversation.ts'
import { googleCase } from './provider-conversations/google.ts'
import { openaiCase } from './provider-conversations/openai.ts'
import { openaiChatCase } from './provider-conversations/openai-chat.ts'
import { openaiCompatibleCase } from './provider-conversations/openai-compatible.ts'
import { openrouterCase } from './provider-conversations/openrouter.ts'
import { vertexCase } from './provider-conversations/vertex.ts'
import { xaiCase } from './provider-conversations/xai.ts'

const CASES = [
  openaiCase,
  openaiChatCase,
  openaiCompatibleCase,
  anthropicCase,
  googleCase,
  xaiCase,
  openrouterCase,
  azureCase,
  azureChatCase,
  bedrockCase,
  vertexCase,
]

const USAGE = [
  { inputTokens: 23, cachedInputTokens: 9, outputTokens: 12 },
  { inputTokens: 34, cachedInputTokens: 31, outputTokens: 16 },
  { inputTokens: 52, cachedInputTokens: 48, outputTokens: 5 },
  { inputTokens: 61, cachedInputTokens: 57, outputTokens: 4 },
]

test.each(CASES)(
  '$name: four turns, two calls in one of them, are sent and read as its protocol has it',
  async ({ name, environment, path, key, reasoning, lastRequest }) => {
    const { turns, details, server } = await converse(name, environment)

    const bodies = server.requests.map(({ body }): unknown => JSON.parse(body))
    expect(bodies.at(-1)).toEqual(lastRequest)
    expect(
      turns.map(({ text, calls, reasoning: thought, finish }) => ({
        text,
        calls: calls.map(({ tool, args }) => ({ tool, args })),
        thought,
        finish,
      })),
    ).toEqual(
      SCRIPT.map((said, index) => ({
        text: said.text ?? '',
        calls: said.calls ?? [],
        thought: reasoning[index],
        finish: said.calls === undefined ? 'stop' : 'tool-calls',
      })),
    )
    // As the server has counted them; what was answered before stands in its cache.
    expect(turns.map(({ usage }) => usage)).toMatchObject(USAGE)
    expect(server.requests.map((request) => [request.path, request.headers[key.header]])).toEqual(
      SCRIPT.map(() => [path, key.value]),
    )
    expect(JSON.stringify([bodies, turns, details])).not.toContain(KEY)
  },
)

test.each(CASES)(
  '$name: what was sent once is sent the same way again, with what is new behind it',
  async ({ name, environment }) => {
    const { server } = await converse(name, environment)

    const sent = server.requests.map(({ body }) => conversationIn(JSON.parse(body)))
    const lengths = sent.map(({ length }) => length)
    expect(lengths).toEqual(lengths.toSorted((a, b) => a - b))
    expect(new Set(lengths).size).toBe(SCRIPT.length)
    for (const [index, messages] of sent.entries()) {
      expect(sent.at(-1)?.slice(0, messages.length), `request ${index + 1}`).toEqual(messages)
    }
  },
)

test('every provider has its conversation', () => {
  expect(CASES.map(({ name }) => name.split('/')[0])).toEqual(PROVIDERS.map(({ id }) => id))
})

function conversationIn(body: Readonly<Record<string, unknown>>): unknown[] {
  const messages = body['input'] ?? body['messages'] ?? body['contents']
  return Array.isArray(messages) ? messages : []
}
