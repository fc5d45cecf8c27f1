import type { Agent, Dispatcher } from 'undici'
import { invariant } from '../../../support/errors.ts'
import { createRedactor, type Redactor } from '../../../support/redact.ts'
import type { Room } from '../../connections.ts'
import { type HeaderReader, readRoom } from './read-room.ts'

/** One request and what came back, without headers: they carry keys. */
export interface Exchange {
  /** The body as it was sent. */
  readonly request: string
  /** Null until the provider has answered. */
  status: number | null
  contentType: string
  /** As the provider asked, `retry-after-ms` before `retry-after`; unread. */
  retryAfter: { readonly ms: string | null; readonly secondsOrDate: string | null }
  /** What the provider says is left of its limits; null: it does not say. */
  room: Room | null
  /** Null until the whole body has arrived. */
  response: string | null
  /** The body was longer than is read. */
  tooLarge: boolean
}

/** The network as one conversation uses it, one request at a time. */
export interface RecordingFetch {
  readonly fetch: typeof fetch
  /** The exchange since the last `forget`, if there was one. */
  exchange(): Exchange | null
  forget(): void
}

/** No model writes this much in one turn; a server gone wrong could fill the memory. */
const RESPONSE_BYTES_MAX = 64 * 1024 * 1024

/** These have no body, and a Response refuses one. */
const BODILESS: readonly number[] = [204, 205, 304]

/**
 * A `fetch` that keeps what was sent and received. Wherever one of `secrets` stands in an answer it is taken out before
 * anything else reads it, so that a server which repeats the key cannot bring it into a record.
 *
 * It waits as long as its caller does: unlike Node's own, which gives up on an answer that has not begun after five minutes.
 *
 * @param secrets asked anew with each request, since some keys run out; as long as they stay the same, the same list
 */
export function recordingFetch(secrets: () => readonly string[]): RecordingFetch {
  let current: Exchange | null = null

  const recording: typeof fetch = async (input, init = {}) => {
    // Whoever has stopped waiting for this may have gone on to the next exchange.
    init.signal?.throwIfAborted()
    const { body } = init
    const { text: redact } = redactorOf(secrets())
    const exchange: Exchange = {
      request: typeof body === 'string' ? redact(body) : '',
      status: null,
      contentType: '',
      retryAfter: { ms: null, secondsOrDate: null },
      room: null,
      response: null,
      tooLarge: false,
    }
    current = exchange
    const answer = await send(input, init)
    const header: HeaderReader = (name) => firstOf(answer.headers[name])
    exchange.status = answer.statusCode
    exchange.contentType = redact(header('content-type') ?? '')
    exchange.retryAfter = {
      ms: header('retry-after-ms'),
      secondsOrDate: header('retry-after'),
    }
    exchange.room = readRoom(header, exchange.request.length)
    const text = redact(await readBody(answer.body, exchange))
    exchange.response = text
    return new Response(BODILESS.includes(answer.statusCode) ? null : text, {
      status: answer.statusCode,
      statusText: redact(answer.statusText),
      headers: { 'content-type': exchange.contentType },
    })
  }
  return {
    fetch: recording,
    exchange: () => current,
    forget: () => {
      current = null
    },
  }
}

/** Shared by all conversations of a model: preparing one costs more than a request does. */
const redactors = new WeakMap<readonly string[], Redactor>()

function redactorOf(secrets: readonly string[]): Redactor {
  const redactor = redactors.get(secrets) ?? createRedactor(secrets)
  redactors.set(secrets, redactor)
  return redactor
}

/** Redirects are not followed: they would take the key to another place. */
async function send(
  input: Parameters<typeof fetch>[0],
  { method = 'GET', headers, body, signal }: RequestInit,
): Promise<Dispatcher.ResponseData> {
  invariant(!(input instanceof Request), 'a provider names an address and what to send there')
  invariant(
    body === undefined || body === null || typeof body === 'string' || body instanceof Uint8Array,
    'a request to a model is one piece of text or bytes',
  )
  const url = new URL(input)
  const agent = await sharedAgent()
  return agent.request({
    origin: url.origin,
    path: url.pathname + url.search,
    method,
    // Whatever form they come in. Nothing is to be unpacked here: an answer of a few bytes could unfold to any size.
    headers: { ...Object.fromEntries(new Headers(headers)), 'accept-encoding': 'identity' },
    body: body ?? null,
    signal: signal ?? null,
  })
}

let agent: Promise<Agent> | null = null

/**
 * One for the process, so that conversations share connections. Connections without a request neither keep the process
 * running nor last longer than a few seconds.
 */
function sharedAgent(): Promise<Agent> {
  // Loaded with the first request: whoever only lists agents does not wait for it.
  agent ??= import('undici').then(
    ({ Agent }) =>
      new Agent({
        // How long an answer may take is the caller's to say, by the signal.
        headersTimeout: 0,
        bodyTimeout: 0,
        maxResponseSize: RESPONSE_BYTES_MAX,
        // One request a connection: when one breaks, one attempt is lost, and lanes count what is in flight.
        allowH2: false,
        pipelining: 1,
      }),
  )
  return agent
}

function firstOf(header: string | string[] | undefined): string | null {
  return (Array.isArray(header) ? header[0] : header) ?? null
}

async function readBody(
  body: Dispatcher.ResponseData['body'],
  exchange: Exchange,
): Promise<string> {
  try {
    return await body.text()
  } catch (error) {
    exchange.tooLarge = error instanceof Error && Reflect.get(error, 'code') === TOO_LARGE
    throw error
  }
}

const TOO_LARGE = 'UND_ERR_RES_EXCEEDED_MAX_SIZE'
