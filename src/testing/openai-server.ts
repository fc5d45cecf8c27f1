import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'

/** One message of a conversation, read alike from either protocol. */
export interface ServedMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool'
  readonly text: string
  /** What the assistant called, with its arguments as it wrote them. */
  readonly calls: readonly { readonly id: string; readonly tool: string; readonly args: string }[]
}

/** What a served model says next. */
export interface ServedTurn {
  readonly text?: string
  readonly reasoning?: string
  /** `args`: a value to be written as JSON, or text that is sent as it stands, however malformed. */
  readonly calls?: readonly {
    readonly tool: string
    readonly args: unknown
    readonly id?: string
  }[]
  /** @default `tool_calls` with calls, else `stop` */
  readonly finish?: 'stop' | 'tool_calls' | 'length' | 'content_filter'
}

/** A model as a function of its conversation. */
export type Policy = (conversation: readonly ServedMessage[]) => ServedTurn

/** What goes wrong with one request in place of an answer. */
export type ServerFault =
  | {
      readonly kind: 'status'
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      /** @default the protocol's error object */
      readonly body?: string
    }
  /** Any body under status 200. */
  | { readonly kind: 'body'; readonly contentType: string; readonly body: string }
  /** An answer of the right form without a choice in it. */
  | { readonly kind: 'no-choices' }
  /** The connection ends before anything is said, or in the middle of the body. */
  | { readonly kind: 'hang-up'; readonly when: 'before' | 'half-way' }
  /** Nothing is ever said. */
  | { readonly kind: 'silence' }

export interface ReceivedRequest {
  readonly path: string
  readonly authorization: string | null
  readonly body: string
}

export interface OpenAiServer extends AsyncDisposable {
  /** The base URL, up to and including `/v1`. */
  readonly url: string
  readonly requests: readonly ReceivedRequest[]
  /** How many requests were given up by the client before they were answered. */
  readonly abandoned: () => number
}

export interface OpenAiServerOptions {
  readonly policy: Policy
  /** What happens to the request of this number, counted from 1; null: it is answered. */
  readonly fault?: (number: number) => ServerFault | null
  /** Requests with another key are refused with 401. @default any key will do */
  readonly key?: string
  /** The model that the server says it is. @default the one asked for */
  readonly model?: string
}

/**
 * A server on the loopback interface that speaks OpenAI's chat completions and responses, as far as an agent needs
 * them, and answers with a policy. Token figures follow from the lengths of the texts.
 */
export async function openAiServer(options: OpenAiServerOptions): Promise<OpenAiServer> {
  const requests: ReceivedRequest[] = []
  let abandoned = 0
  const server = createServer((request, response) => {
    response.on('close', () => {
      if (!response.writableEnded && request.complete) abandoned++
    })
    readBody(request)
      .then((body) => {
        requests.push({
          path: request.url ?? '',
          authorization: request.headers.authorization ?? null,
          body,
        })
        respond(response, options, requests.at(-1), requests.length)
      })
      // A policy that throws is a mistake of the test: it is answered in a way that no retry mends.
      .catch((error: unknown) => sendError(response, 400, `The policy failed: ${String(error)}`))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    abandoned: () => abandoned,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}

function respond(
  response: ServerResponse,
  options: OpenAiServerOptions,
  request: ReceivedRequest | undefined,
  number: number,
): void {
  const { path, authorization, body } = request ?? { path: '', authorization: null, body: '' }
  const fault = options.fault?.(number) ?? null
  if (fault !== null && fault.kind !== 'hang-up') return fail(response, fault, path)
  if (fault?.when === 'before') return void response.destroy()
  if (options.key !== undefined && authorization !== `Bearer ${options.key}`) {
    return sendError(response, 401, `Incorrect API key provided: ${authorization ?? 'none'}.`)
  }
  const answer = answerTo(path, body, options, number)
  if (answer === null) return sendError(response, 404, `There is no ${path} here.`)
  if (fault === null) return send(response, 200, answer)
  // Promises the whole and sends the half.
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(answer),
  })
  response.write(answer.slice(0, answer.length / 2), () => response.destroy())
}

function fail(
  response: ServerResponse,
  fault: Exclude<ServerFault, { kind: 'hang-up' }>,
  path: string,
): void {
  switch (fault.kind) {
    case 'status': {
      const { status, body, headers } = fault
      return body === undefined
        ? sendError(response, status, `This request failed on demand with ${status}.`, headers)
        : send(response, status, body, headers)
    }
    case 'body':
      return send(response, 200, fault.body, { 'content-type': fault.contentType })
    case 'no-choices':
      return send(
        response,
        200,
        JSON.stringify(path.endsWith('/responses') ? { output: null } : { choices: [] }),
      )
    case 'silence':
      return
    default:
      return fault satisfies never
  }
}

function send(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(body)
}

function sendError(
  response: ServerResponse,
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const error = { message, type: 'error', param: null, code: null }
  send(response, status, JSON.stringify({ error }), headers)
}

/** The body of an answer in the protocol of the path; null for a path of neither. */
function answerTo(
  path: string,
  body: string,
  options: OpenAiServerOptions,
  number: number,
): string | null {
  if (path.endsWith('/chat/completions')) {
    const request = ChatRequest.parse(JSON.parse(body))
    const conversation = request.messages.map(readChatMessage)
    const turn = options.policy(conversation)
    return JSON.stringify(chatAnswer(turn, conversation, options.model ?? request.model, number))
  }
  if (path.endsWith('/responses')) {
    const request = ResponsesRequest.parse(JSON.parse(body))
    const conversation = request.input.flatMap(readInputItem)
    const turn = options.policy(conversation)
    return JSON.stringify(
      responsesAnswer(turn, conversation, options.model ?? request.model, number),
    )
  }
  return null
}

/** A text, or parts of which some are text. */
const Content = z
  .union([z.string(), z.array(z.looseObject({ text: z.string().optional() }))])
  .nullish()
  .transform((content) =>
    typeof content === 'string' ? content : (content ?? []).map((part) => part.text ?? '').join(''),
  )

const ChatMessage = z.object({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
  content: Content,
  tool_calls: z
    .array(
      z.object({ id: z.string(), function: z.object({ name: z.string(), arguments: z.string() }) }),
    )
    .optional(),
})
const ChatRequest = z.object({ model: z.string(), messages: z.array(ChatMessage) })

function readChatMessage(message: z.infer<typeof ChatMessage>): ServedMessage {
  return {
    role: message.role === 'developer' ? 'system' : message.role,
    text: message.content,
    calls: (message.tool_calls ?? []).map(({ id, function: called }) => ({
      id,
      tool: called.name,
      args: called.arguments,
    })),
  }
}

const InputItem = z.union([
  z.object({ role: z.enum(['system', 'developer', 'user', 'assistant']), content: Content }),
  z.object({
    type: z.literal('function_call'),
    call_id: z.string(),
    name: z.string(),
    arguments: z.string(),
  }),
  z.object({ type: z.literal('function_call_output'), call_id: z.string(), output: Content }),
  z.object({ type: z.literal('reasoning') }),
])
const ResponsesRequest = z.object({ model: z.string(), input: z.array(InputItem) })

function readInputItem(item: z.infer<typeof InputItem>): ServedMessage[] {
  if ('role' in item) {
    return [
      { role: item.role === 'developer' ? 'system' : item.role, text: item.content, calls: [] },
    ]
  }
  switch (item.type) {
    case 'function_call':
      return [
        {
          role: 'assistant',
          text: '',
          calls: [{ id: item.call_id, tool: item.name, args: item.arguments }],
        },
      ]
    case 'function_call_output':
      return [{ role: 'tool', text: item.output, calls: [] }]
    case 'reasoning':
      return []
    default:
      return item satisfies never
  }
}

function chatAnswer(
  turn: ServedTurn,
  conversation: readonly ServedMessage[],
  model: string,
  number: number,
): unknown {
  const calls = (turn.calls ?? []).map((call, index) => ({
    id: call.id ?? `call_${number}_${index + 1}`,
    type: 'function',
    function: { name: call.tool, arguments: written(call.args) },
  }))
  const tokens = countTokens(turn, conversation)
  return {
    id: `chatcmpl-${number}`,
    object: 'chat.completion',
    created: 0,
    model,
    choices: [
      {
        index: 0,
        finish_reason: turn.finish ?? (calls.length > 0 ? 'tool_calls' : 'stop'),
        message: {
          role: 'assistant',
          content: turn.text ?? null,
          ...(turn.reasoning === undefined ? {} : { reasoning_content: turn.reasoning }),
          ...(calls.length === 0 ? {} : { tool_calls: calls }),
        },
      },
    ],
    usage: {
      prompt_tokens: tokens.input,
      completion_tokens: tokens.output,
      total_tokens: tokens.input + tokens.output,
      prompt_tokens_details: { cached_tokens: tokens.cached },
      completion_tokens_details: { reasoning_tokens: tokens.reasoning },
    },
  }
}

function responsesAnswer(
  turn: ServedTurn,
  conversation: readonly ServedMessage[],
  model: string,
  number: number,
): unknown {
  const tokens = countTokens(turn, conversation)
  const cut = { length: 'max_output_tokens', content_filter: 'content_filter' }
  const reason =
    turn.finish === 'length' || turn.finish === 'content_filter' ? cut[turn.finish] : null
  return {
    id: `resp_${number}`,
    object: 'response',
    created_at: 0,
    model,
    status: reason === null ? 'completed' : 'incomplete',
    incomplete_details: reason === null ? null : { reason },
    output: [
      ...(turn.reasoning === undefined ? [] : [reasoningItem(turn.reasoning, number)]),
      ...(turn.text === undefined ? [] : [messageItem(turn.text, number)]),
      ...(turn.calls ?? []).map((call, index) => ({
        type: 'function_call',
        id: `fc_${number}_${index + 1}`,
        call_id: call.id ?? `call_${number}_${index + 1}`,
        name: call.tool,
        arguments: written(call.args),
        status: 'completed',
      })),
    ],
    usage: {
      input_tokens: tokens.input,
      input_tokens_details: { cached_tokens: tokens.cached },
      output_tokens: tokens.output,
      output_tokens_details: { reasoning_tokens: tokens.reasoning },
      total_tokens: tokens.input + tokens.output,
    },
  }
}

function reasoningItem(reasoning: string, number: number): unknown {
  return {
    type: 'reasoning',
    id: `rs_${number}`,
    summary: [{ type: 'summary_text', text: reasoning }],
    encrypted_content: `sealed-${number}`,
  }
}

function messageItem(text: string, number: number): unknown {
  return {
    type: 'message',
    id: `msg_${number}`,
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text, annotations: [] }],
  }
}

function written(args: unknown): string {
  return typeof args === 'string' ? args : JSON.stringify(args)
}

/** Four characters a token, as a rule of thumb; all but the newest message count as cached. */
function countTokens(
  turn: ServedTurn,
  conversation: readonly ServedMessage[],
): { input: number; cached: number; output: number; reasoning: number } {
  const tokens = (text: string): number => Math.ceil(text.length / 4)
  const sizes = conversation.map(({ text, calls }) =>
    tokens(text + calls.map(({ args }) => args).join('')),
  )
  const input = sizes.reduce((sum, size) => sum + size, 0)
  const reasoning = tokens(turn.reasoning ?? '')
  const spoken = tokens(
    (turn.text ?? '') + (turn.calls ?? []).map(({ args }) => written(args)).join(''),
  )
  return { input, cached: input - (sizes.at(-1) ?? 0), output: spoken + reasoning, reasoning }
}
