import { printable } from '../../support/choices.ts'
import type { Exchange } from './recording-fetch.ts'

/** Whether a failed request may be sent again, and what to say of it. */
export interface Failure {
  readonly again: boolean
  /** One line, without a key in it. */
  readonly cause: string
  /** How long the provider asks to be left alone; null: it does not say. */
  readonly retryAfterMs: number | null
  /** What the user can do about it. */
  readonly remedy: 'key' | 'model' | 'address' | null
}

/** Of a provider's own words. */
const WORDS_MAX = 300

/** Statuses after which the same request may well be answered. 529 is Anthropic's "overloaded". */
const PASSING: ReadonlySet<number> = new Set([408, 409, 425, 429])

/**
 * What a request that brought no turn has come to. A generation changes nothing in the world, so that whatever is not
 * plainly refused is safe to send again.
 *
 * @param now for a `retry-after` that names a date
 */
export function judgeFailure(error: unknown, exchange: Exchange | null, now: Date): Failure {
  if (exchange === null || exchange.status === null) {
    return failure(true, `no answer (${reasonOf(error)})`)
  }
  if (exchange.tooLarge) return failure(false, 'the answer is too large to be one turn of a model')
  if (exchange.response === null) {
    return failure(true, `the answer broke off (${reasonOf(error)})`)
  }
  const { status, response } = exchange
  if (status >= 200 && status < 300) {
    return failure(true, `an answer that cannot be read as a turn (${looksOf(exchange)})`)
  }
  const cause = [`status ${status}`, wordsOf(response)].filter((part) => part !== '').join(': ')
  if (status === 401 || status === 403) return { ...failure(false, cause), remedy: 'key' }
  if (status === 404) return { ...failure(false, cause), remedy: 'model' }
  if (status >= 300 && status < 400) return { ...failure(false, cause), remedy: 'address' }
  // An account without money says so with the status of a rate limit, but waiting does not help.
  if (codesOf(response).some((code) => SPENT.has(code))) return failure(false, cause)
  const again = PASSING.has(status) || status >= 500
  return { ...failure(again, cause), retryAfterMs: again ? retryAfterMs(exchange, now) : null }
}

const SPENT: ReadonlySet<string> = new Set(['insufficient_quota', 'billing_hard_limit_reached'])

function failure(again: boolean, cause: string): Failure {
  return { again, cause, retryAfterMs: null, remedy: null }
}

/** The innermost reason: `fetch` says "fetch failed" and keeps why to itself. */
function reasonOf(error: unknown): string {
  let inner: unknown = error
  // Bounded: a chain of causes may be a circle.
  for (
    let depth = 0;
    depth < 10 && inner instanceof Error && inner.cause instanceof Error;
    depth++
  ) {
    inner = inner.cause
  }
  const code = inner instanceof Error && 'code' in inner ? `${String(inner.code)} ` : ''
  const message = inner instanceof Error ? inner.message : String(inner)
  return (
    oneLine(message.startsWith(code.trim()) ? message : `${code}${message}`) || 'unknown reason'
  )
}

function looksOf({ contentType, response }: Exchange): string {
  const type = oneLine(contentType) || 'no content type'
  const text = oneLine(response ?? '')
  return text === '' ? `${type}, empty` : `${type}: ${text.slice(0, 80)}`
}

/** The provider's own message if its body has one in a known place, else the body's beginning. */
function wordsOf(body: string): string {
  const parsed = parseJson(body)
  const message = at(parsed, 'error', 'message') ?? at(parsed, 'message') ?? at(parsed, 'error')
  return oneLine(typeof message === 'string' ? message : body)
}

function codesOf(body: string): string[] {
  const parsed = parseJson(body)
  return [at(parsed, 'error', 'code'), at(parsed, 'error', 'type')].filter(
    (code) => typeof code === 'string',
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Errors come as HTML or plain text just as well: then there is no field to read.
    return null
  }
}

// Google wraps its error in a list of one.
function at(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (inner, key) => (inner instanceof Object ? Reflect.get(inner, key) : undefined),
    Array.isArray(value) ? value[0] : value,
  )
}

function oneLine(text: string): string {
  const flat = text
    .slice(0, WORDS_MAX * 4)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  return printable(flat, WORDS_MAX)
}

function retryAfterMs({ retryAfter }: Exchange, now: Date): number | null {
  const exact = figure(retryAfter.ms)
  if (exact !== null) return exact
  const seconds = figure(retryAfter.secondsOrDate)
  if (seconds !== null) return seconds * 1000
  const date = Date.parse(retryAfter.secondsOrDate ?? '')
  return Number.isNaN(date) ? null : Math.max(0, date - now.getTime())
}

function figure(text: string | null): number | null {
  return text !== null && /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : null
}
