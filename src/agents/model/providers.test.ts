import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { answerTo, SAMPLE_BRIEF, sampleContext } from '../../testing/agent-contract.ts'
import { bareResources } from '../../testing/bare-resources.ts'
import { model } from './model.ts'
import { PROVIDERS } from './providers.ts'

const KEY = 'canary-0123456789abcdef'

interface Case {
  readonly variable: string
  readonly path: string
  readonly header: string
  /** What the provider answers with one call of bash after some reasoning, in its own protocol. */
  readonly answer: unknown
  /** What of that reasoning must go back with the next request. */
  readonly replayed: string
  readonly usage: unknown
  readonly answeredBy: string
  readonly reasoning: string
}

const THOUGHT = 'Looking is free.'

const CASES: Readonly<Record<string, Case>> = {
  anthropic: {
    variable: 'ANTHROPIC_API_KEY',
    path: '/messages',
    header: 'x-api-key',
    answer: {
      type: 'message',
      id: 'msg_1',
      role: 'assistant',
      model: 'tiny-1',
      content: [
        { type: 'thinking', thinking: THOUGHT, signature: 'signed' },
        { type: 'tool_use', id: 'toolu_1', name: 'bash', input: { command: 'ls' } },
      ],
      stop_reason: 'tool_use',
      stop_sequence: null,
      usage: {
        input_tokens: 10,
        cache_read_input_tokens: 100,
        cache_creation_input_tokens: 1,
        output_tokens: 5,
      },
    },
    replayed: 'signed',
    usage: { inputTokens: 111, outputTokens: 5, costUsd: null },
    answeredBy: 'tiny-1',
    reasoning: THOUGHT,
  },
  google: {
    variable: 'GEMINI_API_KEY',
    path: '/models/tiny:generateContent',
    header: 'x-goog-api-key',
    answer: {
      modelVersion: 'tiny-1',
      candidates: [
        {
          content: {
            role: 'model',
            parts: [
              { text: THOUGHT, thought: true },
              {
                functionCall: { name: 'bash', args: { command: 'ls' } },
                thoughtSignature: 'signed',
              },
            ],
          },
          finishReason: 'STOP',
        },
      ],
      usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5, thoughtsTokenCount: 7 },
    },
    replayed: 'signed',
    usage: { inputTokens: 10, outputTokens: 12, costUsd: null },
    answeredBy: 'tiny-1',
    reasoning: THOUGHT,
  },
  xai: {
    variable: 'XAI_API_KEY',
    path: '/responses',
    header: 'authorization',
    answer: {
      id: 'resp_1',
      created_at: 0,
      model: 'tiny-1',
      object: 'response',
      status: 'completed',
      output: [
        {
          type: 'reasoning',
          id: 'rs_1',
          status: 'completed',
          summary: [{ type: 'summary_text', text: THOUGHT }],
          encrypted_content: 'signed',
        },
        {
          type: 'function_call',
          id: 'fc_1',
          call_id: 'call_1',
          name: 'bash',
          arguments: '{"command":"ls"}',
          status: 'completed',
        },
      ],
      usage: {
        input_tokens: 10,
        output_tokens: 12,
        total_tokens: 22,
        output_tokens_details: { reasoning_tokens: 7 },
      },
    },
    replayed: 'signed',
    usage: { inputTokens: 10, outputTokens: 12, costUsd: null },
    answeredBy: 'tiny-1',
    reasoning: THOUGHT,
  },
  openrouter: {
    variable: 'OPENROUTER_API_KEY',
    path: '/chat/completions',
    header: 'authorization',
    answer: {
      id: 'gen-1',
      model: 'tiny-1',
      provider: 'somebody',
      choices: [
        {
          index: 0,
          finish_reason: 'tool_calls',
          message: {
            role: 'assistant',
            content: null,
            reasoning: THOUGHT,
            reasoning_details: [{ type: 'reasoning.text', text: THOUGHT, signature: 'signed' }],
            tool_calls: [
              {
                id: 'call_1',
                type: 'function',
                function: { name: 'bash', arguments: '{"command":"ls"}' },
              },
            ],
          },
        },
      ],
      usage: { prompt_tokens: 10, completion_tokens: 12, total_tokens: 22, cost: 0.25 },
    },
    replayed: 'signed',
    usage: { inputTokens: 10, outputTokens: 12, costUsd: 0.25 },
    answeredBy: 'tiny-1',
    reasoning: THOUGHT,
  },
}

test.each(Object.entries(CASES))(
  '%s: is asked at the address given, with its own key, and gets its reasoning back',
  async (id, { answer, ...expected }) => {
    await using server = await cannedServer(JSON.stringify(answer))
    const agent = await model.open(
      `${id}/tiny`,
      bareResources({
        environment: { [expected.variable]: KEY },
        modelBaseUrl: `${server.url}/v1/`,
        generation: { maxTokens: 1000 },
      }),
    )
    const context = sampleContext()
    const session = agent.start(SAMPLE_BRIEF, context)

    const turn = await session.next({ kind: 'start' }, context.signal)
    await session.next(answerTo(turn), context.signal)

    const [first, second] = server.requests
    expect({
      path: first?.path,
      key: first?.headers[expected.header],
      calls: turn.calls.map(({ tool, args }) => ({ tool, args })),
      reasoning: turn.reasoning,
      usage: turn.usage,
      call: turn.modelCalls.map(({ provider, model: asked, answeredBy }) => ({
        provider,
        asked,
        answeredBy,
      })),
    }).toEqual({
      path: `/v1${expected.path}`,
      key: expected.header === 'authorization' ? `Bearer ${KEY}` : KEY,
      calls: [{ tool: 'bash', args: { command: 'ls' } }],
      reasoning: expected.reasoning,
      usage: expected.usage,
      call: [{ provider: id, asked: 'tiny', answeredBy: expected.answeredBy }],
    })
    for (const sent of [expected.replayed, 'done by bash', SAMPLE_BRIEF.system]) {
      expect(second?.body).toContain(sent)
    }
    expect(JSON.stringify([agent, turn])).not.toContain(KEY)
  },
)

test('each provider is tested, here or over the protocols of OpenAI', () => {
  const ofOpenAi = ['openai', 'openai-chat', 'openai-compatible']

  expect(PROVIDERS.map(({ id }) => id).sort()).toEqual([...ofOpenAi, ...Object.keys(CASES)].sort())
})

interface CannedServer extends AsyncDisposable {
  readonly url: string
  readonly requests: {
    readonly path: string
    readonly headers: Readonly<Record<string, unknown>>
    readonly body: string
  }[]
}

/** Answers every request alike. */
async function cannedServer(answer: string): Promise<CannedServer> {
  const requests: CannedServer['requests'] = []
  const server = createServer((request, response) => {
    text(request)
      .then((body) => {
        requests.push({ path: request.url ?? '', headers: request.headers, body })
        response.writeHead(200, { 'content-type': 'application/json' }).end(answer)
      })
      .catch((error: Error) => response.destroy(error))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
