import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { mistakeIn } from './mistake-in-conversation.ts'
import { anthropicMessages } from './protocols/anthropic-messages.ts'
import { bedrockConverse } from './protocols/bedrock-converse.ts'
import { chatCompletions } from './protocols/chat-completions.ts'
import { googleGenerate } from './protocols/google-generate.ts'
import { openAiError } from './protocols/openai-error.ts'
import { openAiResponses } from './protocols/openai-responses.ts'
import { countTokens, type Policy, type Protocol } from './served-model.ts'
import { answerWithFault, type ServerFault, sendBody } from './server-fault.ts'

/** Told apart by the address that is asked. */
const PROTOCOLS: readonly Protocol[] = [
  chatCompletions,
  openAiResponses,
  anthropicMessages,
  googleGenerate,
  bedrockConverse,
]

export interface ReceivedRequest {
  /** With its query. */
  readonly path: string
  readonly authorization: string | null
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface ModelServer extends AsyncDisposable {
  /** The base URL, up to and including `/v1`. */
  readonly url: string
  readonly requests: readonly ReceivedRequest[]
  /** How many requests were given up by the client before they were answered. */
  readonly abandoned: () => number
  /** How many requests have not been answered yet. */
  readonly inFlight: () => number
}

export interface ModelServerOptions {
  readonly policy: Policy
  /** What happens to the request of this number, counted from 1; null: it is answered. */
  readonly fault?: (number: number) => ServerFault | null
  /** Headers of the answer to the request of this number, such as those that tell what is left of a limit. */
  readonly headers?: (number: number) => Readonly<Record<string, string>>
  /** Requests with another key are refused with 401. @default any key will do */
  readonly key?: string
  /** The model that the server says it is. @default the one asked for */
  readonly model?: string
}

/**
 * A server on the loopback interface that speaks the protocols of the providers (OpenAI's chat completions and responses,
 * with what OpenRouter, xAI and Azure add, Anthropic's messages, Google's `generateContent`, Amazon's `converse`) as far as an
 * agent needs them, and answers with a policy; what a provider refuses in a conversation it refuses too. Token figures follow from the lengths of the texts.
 */
export async function modelServer(options: ModelServerOptions): Promise<ModelServer> {
  const requests: ReceivedRequest[] = []
  let abandoned = 0
  let inFlight = 0
  const server = createServer((request, response) => {
    inFlight++
    response.on('close', () => {
      inFlight--
      if (!response.writableEnded && request.complete) abandoned++
    })
    text(request)
      .then(async (body) => {
        const received = {
          path: request.url ?? '',
          authorization: request.headers.authorization ?? null,
          headers: request.headers,
          body,
        }
        requests.push(received)
        await respond(response, received, requests.length, options)
      })
      // A policy that throws is a mistake of the test: it is answered in a way that no retry mends.
      .catch((error: unknown) => {
        const failed = openAiError(400, `The policy failed: ${String(error)}`)
        sendBody(response, 400, JSON.stringify(failed))
      })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    abandoned: () => abandoned,
    inFlight: () => inFlight,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function respond(
  response: ServerResponse,
  received: ReceivedRequest,
  number: number,
  options: ModelServerOptions,
): Promise<void> {
  const path = received.path.replace(/\?.*/, '')
  const protocol = PROTOCOLS.find((known) => known.owns(path))
  const errorOf = protocol?.error ?? openAiError
  const error = (status: number, message: string): string =>
    JSON.stringify(errorOf(status, message))
  const whole = (): { status: number; body: string } => {
    const refused = refusalOf(received, options)
    if (refused !== null) return { status: 401, body: error(401, refused) }
    if (protocol === undefined) {
      return { status: 404, body: error(404, `There is no ${received.path} here.`) }
    }
    const body: unknown = JSON.parse(received.body)
    const { model, conversation } = protocol.read(body, path)
    const mistake = mistakeIn(conversation)
    if (mistake !== null) return { status: 400, body: error(400, mistake) }
    const turn = options.policy(conversation, model)
    const tokens = countTokens(turn, conversation)
    const spoken = { turn, model: options.model ?? model, number, tokens }
    return { status: 200, body: JSON.stringify(protocol.write(spoken, body)) }
  }

  const fault = options.fault?.(number) ?? null
  if (fault === null) {
    const { status, body } = whole()
    return sendBody(response, status, body, options.headers?.(number) ?? {})
  }
  const nothing = (): string => JSON.stringify(protocol?.nothing ?? {})
  await answerWithFault(response, fault, { whole, nothing, error })
}

function refusalOf({ headers }: ReceivedRequest, { key }: ModelServerOptions): string | null {
  const shown = [
    headers.authorization?.replace(/^Bearer /, ''),
    headers['x-api-key'],
    headers['x-goog-api-key'],
    headers['api-key'],
  ]
  return key === undefined || shown.includes(key)
    ? null
    : `Incorrect API key provided: ${String(shown.find(Boolean) ?? 'none')}.`
}
