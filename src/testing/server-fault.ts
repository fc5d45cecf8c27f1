import type { ServerResponse } from 'node:http'
import { systemClock } from '../support/clock.ts'

/** What goes wrong with one request. */
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
  /** So many bytes of one JSON text, which never ends if the reader ends first. */
  | { readonly kind: 'huge'; readonly bytes: number }
  /** To another place, with that answer's status. @default 307 */
  | { readonly kind: 'redirect'; readonly to: string; readonly status?: number }
  /** An answer of the right form without a choice in it. */
  | { readonly kind: 'no-choices' }
  /** The connection ends before anything is said, or in the middle of the body. */
  | { readonly kind: 'hang-up'; readonly when: 'before' | 'half-way' }
  /** The connection is reset before anything is said. */
  | { readonly kind: 'reset' }
  /** Nothing is ever said. */
  | { readonly kind: 'silence' }
  /** It is answered as it should be, after so long. */
  | { readonly kind: 'slow'; readonly ms: number }

/** What stands behind a fault: how the protocol of the request says it. */
export interface FaultyAnswers {
  /** What would have been answered. */
  readonly whole: () => { readonly status: number; readonly body: string }
  readonly nothing: () => string
  readonly error: (status: number, message: string) => string
}

/** Answers one request wrongly. */
export async function answerWithFault(
  response: ServerResponse,
  fault: ServerFault,
  answers: FaultyAnswers,
): Promise<void> {
  switch (fault.kind) {
    case 'status': {
      const { status, headers = {} } = fault
      const body =
        fault.body ?? answers.error(status, `This request failed on demand with ${status}.`)
      return sendBody(response, status, body, headers)
    }
    case 'body':
      return sendBody(response, 200, fault.body, { 'content-type': fault.contentType })
    case 'huge':
      return sendHuge(response, fault.bytes)
    case 'redirect':
      return sendBody(response, fault.status ?? 307, '', { location: fault.to })
    case 'no-choices':
      return sendBody(response, 200, answers.nothing())
    case 'hang-up':
      return fault.when === 'before'
        ? void response.destroy()
        : sendHalf(response, answers.whole().body)
    case 'reset':
      response.socket?.resetAndDestroy()
      return
    case 'silence':
      return
    case 'slow': {
      const gone = new AbortController()
      response.once('close', () => gone.abort())
      const isThere = await systemClock()
        .sleep(fault.ms, gone.signal)
        .then(() => true)
        // Whoever asked has left.
        .catch(() => false)
      const { status, body } = answers.whole()
      if (isThere) sendBody(response, status, body)
      return
    }
    default:
      return fault satisfies never
  }
}

export function sendBody(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(body)
}

/** Promises the whole and sends the half. */
function sendHalf(response: ServerResponse, body: string): void {
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  })
  response.write(body.slice(0, body.length / 2), () => response.destroy())
}

const CHUNK = Buffer.alloc(64 * 1024, 'x')

async function sendHuge(response: ServerResponse, bytes: number): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.write('"')
  const gone = new Promise((resolve) => response.once('close', resolve))
  for (let sent = 0; sent < bytes && !response.destroyed; sent += CHUNK.length) {
    if (response.write(CHUNK.subarray(0, Math.min(CHUNK.length, bytes - sent)))) continue
    await Promise.race([gone, new Promise((resolve) => response.once('drain', resolve))])
  }
  response.end('"')
}
