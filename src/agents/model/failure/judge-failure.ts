import type { Finish } from '../../../records/event.ts'
import type { AttemptEnd } from '../../connections.ts'
import type { Exchange } from '../wire/recording-fetch.ts'
import { keptBack } from './kept-back.ts'
import { oneLine, type ProviderError, readError, readErrorBody } from './read-error.ts'
import { retryAfterMs } from './retry-after.ts'

/** What came of a request that brought no turn. */
export interface Failure {
  /** Whether the same request may well be answered if it is sent again. */
  readonly again: boolean
  /** One line, without a key in it. */
  readonly cause: string
  /** How long the provider asks to be left alone; null: it does not say. */
  readonly retryAfterMs: number | null
  /** What the user can do about it. */
  readonly remedy: 'key' | 'money' | 'model' | 'address' | null
  /** It was refused for what stands in the conversation: that is a turn without an answer. */
  readonly turn: Extract<Finish, 'content-filter' | 'context-overflow'> | null
  /** The provider may have done the work, and may charge for it. */
  readonly mayCost: boolean
  /** For the pace of the next requests. */
  readonly end: AttemptEnd
}

/** Statuses after which the same request may well be answered. */
const PASSING: ReadonlySet<number> = new Set([408, 409, 425, 429])

/** It is we who ask too much. 529 is Anthropic's "overloaded". */
const TOO_MUCH: ReadonlySet<number> = new Set([429, 529])

/** Between us and the model something gave up waiting, or lost the answer: the model may have worked all the same. */
const LOST_ON_THE_WAY: ReadonlySet<number> = new Set([408, 499, 502, 504, 520, 524])

/** Nothing reached the provider. */
const NOT_SENT: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** Whoever answered has shown no certificate that is believed: nothing was sent to him. */
const NOT_TRUSTED = /CERT|LEAF_SIGNATURE|^ERR_(SSL|TLS)_/

/**
 * What a request that brought no turn has come to. A generation changes nothing in the world, so that whatever is not
 * plainly refused is safe to send again.
 *
 * @param now for a `retry-after` that names a date
 */
export function judgeFailure(error: unknown, exchange: Exchange | null, now: Date): Failure {
  if (exchange === null) return { ...FAILED, again: true, cause: `no answer (${reasonOf(error)})` }
  if (exchange.status === null) {
    const code = codeOf(innermost(error))
    const mayCost = !NOT_SENT.has(code) && !NOT_TRUSTED.test(code)
    return { ...FAILED, again: true, mayCost, cause: `no answer (${reasonOf(error)})` }
  }
  const { status, response } = exchange
  const isError = status < 200 || status >= 300
  if (exchange.tooLarge) {
    const cause = 'the answer is too large to be one turn of a model'
    return { ...FAILED, mayCost: !isError, cause }
  }
  if (response === null) {
    const mayCost = !isError || LOST_ON_THE_WAY.has(status)
    return { ...FAILED, again: true, mayCost, cause: `the answer broke off (${reasonOf(error)})` }
  }
  if (isError) return judgeError(status, readErrorBody(response), exchange, now)
  const within = readError(response)
  if (within === null) {
    const cause = `an answer that cannot be read as a turn (${looksOf(exchange)})`
    return { ...FAILED, again: true, mayCost: true, cause }
  }
  // Without a status of its own it may have failed anywhere, also when the work was done.
  const judged = judgeError(within.status ?? statusFor(within), within, exchange, now)
  return {
    ...judged,
    cause: `status ${status} with an error in it${within.words === '' ? '' : `: ${within.words}`}`,
    mayCost: judged.mayCost || (within.status === null && judged.again),
  }
}

const FAILED: Failure = {
  again: false,
  cause: '',
  retryAfterMs: null,
  remedy: null,
  turn: null,
  mayCost: false,
  end: { kind: 'failed' },
}

/** What an error without a status is, by its codes. */
function statusFor({ codes }: ProviderError): number {
  if (isPace(codes)) return 429
  return codes.has('invalid_request_error') || [...codes].some((code) => WRONG_REQUEST.has(code))
    ? 400
    : 500
}

const WRONG_REQUEST: ReadonlySet<string> = new Set([
  'content_filter',
  'context_length_exceeded',
  'exceed_context_size_error',
  'invalid_prompt',
])

function judgeError(status: number, error: ProviderError, exchange: Exchange, now: Date): Failure {
  const cause = [`status ${status}`, error.words].filter((part) => part !== '').join(': ')
  const failed = { ...FAILED, cause }
  const turn = keptBack(status, error)
  if (turn !== null) return { ...failed, turn }
  if (isSpent(status, error)) return { ...failed, remedy: 'money' }
  if (isKeyRefused(status, error, exchange)) return { ...failed, remedy: 'key' }
  if (isModelUnknown(status, error)) return { ...failed, remedy: 'model' }
  if (status >= 300 && status < 400) return { ...failed, remedy: 'address' }

  const again = PASSING.has(status) || status >= 500
  const askedMs = again ? retryAfterMs(exchange, error, now) : null
  const tooMuch =
    TOO_MUCH.has(status) || (status === 503 && askedMs !== null) || (again && isPace(error.codes))
  // A limit that is used up until tomorrow is not waited for, one of which a turn's time sees the end is.
  const waitMs = askedMs ?? (tooMuch && exchange.room?.left === 0 ? exchange.room.resetMs : null)
  return {
    ...failed,
    again,
    retryAfterMs: waitMs,
    mayCost: LOST_ON_THE_WAY.has(status),
    end: tooMuch
      ? { kind: 'refused', retryAfterMs: waitMs, room: exchange.room }
      : { kind: 'failed' },
  }
}

function isPace(codes: ReadonlySet<string>): boolean {
  return [...codes].some((code) => /rate_?limit|overloaded|resource_exhausted|slow_down/.test(code))
}

/** An account without money may say so with the status of a rate limit, but waiting does not help. */
function isSpent(status: number, { codes, words }: ProviderError): boolean {
  return (
    status === 402 ||
    [...codes].some((code) => SPENT_CODES.has(code)) ||
    (status < 500 && SPENT_WORDS.test(words))
  )
}

const SPENT_CODES: ReadonlySet<string> = new Set([
  'insufficient_quota',
  'billing_error',
  'billing_hard_limit_reached',
  'billing_not_active',
])

const SPENT_WORDS =
  /credit balance is too low|insufficient (credits?|balance|funds)|used all available credits|spending limit/i

/** Google and xAI refuse a key as if it were the request that is wrong, and gateways as if it were themselves. */
function isKeyRefused(
  status: number,
  { codes, words }: ProviderError,
  { contentType }: Exchange,
): boolean {
  // A page comes from something before the provider, which may have disliked one conversation: no reason to stop the run.
  if (status === 401 || (status === 403 && !contentType.includes('html'))) return true
  if ([...codes].some((code) => KEY_CODES.has(code))) return true
  return (status === 400 || status === 422) && KEY_WORDS.test(words)
}

const KEY_CODES: ReadonlySet<string> = new Set([
  'api_key_invalid',
  'authentication_error',
  'invalid_api_key',
])

const KEY_WORDS = /api[ _]key (not valid|invalid|expired)|(incorrect|invalid) api[ _]key/i

/** OpenRouter and Bedrock refuse a name that they do not know as they do any request. */
function isModelUnknown(status: number, { codes, words }: ProviderError): boolean {
  if (status === 404 || status === 410) return true
  return status === 400 && (codes.has('model_not_found') || MODEL_WORDS.test(words))
}

const MODEL_WORDS = /not a valid model id|model identifier is invalid/i

/** The innermost reason: `fetch` says "fetch failed" and keeps why to itself. */
function reasonOf(error: unknown): string {
  const inner = innermost(error)
  const code = codeOf(inner)
  const message = inner instanceof Error ? inner.message : String(inner)
  return oneLine(message.startsWith(code) ? message : `${code} ${message}`) || 'unknown reason'
}

function innermost(error: unknown): unknown {
  let inner: unknown = error
  // Bounded: a chain of causes may be a circle.
  for (
    let depth = 0;
    depth < 10 && inner instanceof Error && inner.cause instanceof Error;
    depth++
  ) {
    inner = inner.cause
  }
  return inner
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function looksOf({ contentType, response }: Exchange): string {
  const type = oneLine(contentType) || 'no content type'
  const text = oneLine(response ?? '')
  return text === '' ? `${type}, empty` : `${type}: ${text.slice(0, 80)}`
}
