import type { Usage } from '../../records/event.ts'
import type { KnownModel, ModelPrice, TokenPrice } from '../../records/model.ts'

/** What the tokens of one call cost, in US dollars. */
export function costOf(usage: Usage, price: ModelPrice): number {
  const { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens } = usage
  const { longContext } = price
  const isLong = longContext !== undefined && inputTokens > longContext.aboveTokens
  const { input, cachedInput = input, cacheWrite = input, output } = isLong ? longContext : price
  // A provider's figures may contradict each other; none of them makes the sum smaller.
  const plainTokens = Math.max(0, inputTokens - cachedInputTokens - cacheWriteTokens)
  const millionths =
    plainTokens * input +
    cachedInputTokens * cachedInput +
    cacheWriteTokens * cacheWrite +
    outputTokens * output
  return millionths / 1e6
}

/**
 * What stands in a request's tokens and not in its body: the marks around messages, and the text by which a provider tells its model
 * of tools. Providers name some hundreds of tokens.
 */
const UNSEEN_TOKENS = 2_048

/**
 * The most that one call can cost, in US dollars, whatever comes back. Tokens of text are at least one byte of UTF-8 each, so
 * that a request has no more of them than bytes; and a call holds no more than the model can.
 *
 * @param requestBytes of the body, in UTF-8
 * @param maxTokens that the request lets the model write, reasoning included; null: as many as the model can
 * @returns null where no price is known, or nothing that bounds what the model writes
 */
export function mostOfCall(
  requestBytes: number,
  maxTokens: number | null,
  known: KnownModel,
): number | null {
  const written = mostWritten(maxTokens, known)
  if (known.price === null || written === null) return null
  const read = requestBytes + UNSEEN_TOKENS
  return dearestCall({ read, written }, known.contextTokens ?? Infinity, known.price)
}

/** The most tokens that one call can write; null where nothing bounds them. */
export function mostWritten(
  maxTokens: number | null,
  { contextTokens, maxOutputTokens }: KnownModel,
): number | null {
  const bound = Math.min(
    maxTokens ?? Infinity,
    maxOutputTokens ?? Infinity,
    contextTokens ?? Infinity,
  )
  return Number.isFinite(bound) ? bound : null
}

/** How many tokens one or more calls read and write at most. */
interface Amount {
  readonly read: number
  readonly written: number
}

/** The dearest call that reads and writes at most so many tokens, and together no more than the context holds; in US dollars. */
export function dearestCall(most: Amount, contextTokens: number, price: ModelPrice): number {
  const { longContext } = price
  const longFrom = longContext === undefined ? Infinity : longContext.aboveTokens + 1
  const { read, written } = most
  const short = dearestAt({ read: Math.min(read, longFrom - 1), written }, contextTokens, price)
  if (longContext === undefined || Math.min(read, contextTokens) < longFrom) return short
  // It has to read so much to be a long one; what it writes must fit beside that.
  const beside = Math.min(written, contextTokens - longFrom)
  return Math.max(short, dearestAt({ read, written: beside }, contextTokens, longContext))
}

/** The same at one price. What both kinds of tokens cost grows evenly, so the dearest call fills the context from one side or from the other. */
function dearestAt(most: Amount, contextTokens: number, price: TokenPrice): number {
  const read = Math.min(most.read, contextTokens)
  const written = Math.min(most.written, contextTokens)
  return Math.max(
    costAt({ read, written: Math.min(written, contextTokens - read) }, price),
    costAt({ read: Math.min(read, contextTokens - written), written }, price),
  )
}

function costAt({ read, written }: Amount, price: TokenPrice): number {
  return (read * dearestInput(price) + written * price.output) / 1e6
}

/** What a million tokens of input cost at most: written to a cache, they are dearer with some providers. */
export function dearestInput({
  input,
  cachedInput = input,
  cacheWrite = input,
}: TokenPrice): number {
  return Math.max(input, cachedInput, cacheWrite)
}
