import { printable } from '../../../support/choices.ts'
import { at, parseJson, textAt } from '../read-json.ts'

/** What a provider says of a request that it did not answer, wherever its protocol puts that. */
export interface ProviderError {
  /** One line, bounded, safe to print; empty where it says nothing. */
  readonly words: string
  /** Its codes, types and states, in lower case. */
  readonly codes: ReadonlySet<string>
  /** Gateways hand on the error of the provider behind them under status 200, with its status within. */
  readonly status: number | null
  /** A gateway names what its filter has found in the request. */
  readonly flagged: boolean
  /** How long to wait, where it says so here and not in a header. */
  readonly retryAfterMs: number | null
}

/** Of a provider's own words. */
const WORDS_MAX = 300

/** The error in a body; null in a body that holds none. */
export function readError(body: string): ProviderError | null {
  const parsed = firstOf(parseJson(body))
  const error = errorIn(parsed)
  return error === null ? null : describe(error, parsed)
}

/** The same of a body that came with the status of an error, and so is one whatever it says. */
export function readErrorBody(body: string): ProviderError {
  const parsed = firstOf(parseJson(body))
  const described = describe(errorIn(parsed) ?? parsed, parsed)
  return described.words === '' ? { ...described, words: oneLine(body) } : described
}

/** What the provider says is wrong, or the body's state where that says that it went wrong. */
function errorIn(parsed: unknown): unknown {
  const found = at(parsed, 'error') ?? at(parsed, 'choices', 0, 'error')
  if (found instanceof Object || (typeof found === 'string' && found !== '')) return found
  return FAILED.has(textAt(parsed, 'status') ?? '') ? { code: textAt(parsed, 'status') } : null
}

/** Of a body in the protocol of responses that holds no whole answer. */
const FAILED: ReadonlySet<string> = new Set(['failed', 'cancelled', 'queued', 'in_progress'])

function describe(error: unknown, parsed: unknown): ProviderError {
  const code = at(error, 'code')
  const codes = [
    code,
    at(error, 'type'),
    at(error, 'status'),
    at(error, 'innererror', 'code'),
    ...detailsOf(error).map((detail) => at(detail, 'reason')),
    at(parsed, 'code'),
  ]
  const status = Number(code)
  return {
    words: oneLine(wordsOf(error) ?? wordsOf(parsed) ?? ''),
    codes: new Set(
      codes.filter((each) => typeof each === 'string').map((each) => each.toLowerCase()),
    ),
    status: Number.isInteger(status) && status >= 300 && status < 600 ? status : null,
    flagged: at(error, 'metadata', 'flagged_input') !== undefined,
    retryAfterMs: retryDelayIn(error),
  }
}

function wordsOf(error: unknown): string | null {
  return typeof error === 'string' ? error : textAt(error, 'message')
}

function detailsOf(error: unknown): readonly unknown[] {
  const details = at(error, 'details')
  return Array.isArray(details) ? details : []
}

/** Google's `RetryInfo`, in seconds: `34.07s`. */
function retryDelayIn(error: unknown): number | null {
  const delays = detailsOf(error).map((detail) => textAt(detail, 'retryDelay') ?? '')
  const seconds = delays.flatMap((delay) => /^(\d{1,9}(?:\.\d{1,9})?)s$/.exec(delay)?.[1] ?? [])
  return seconds[0] === undefined ? null : Number(seconds[0]) * 1000
}

/** Google wraps its error in a list of one. */
function firstOf(parsed: unknown): unknown {
  return Array.isArray(parsed) ? parsed[0] : parsed
}

/** Text of anybody's as one line that can be printed. */
export function oneLine(text: string): string {
  const flat = text
    .slice(0, WORDS_MAX * 4)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  return printable(flat, WORDS_MAX)
}
