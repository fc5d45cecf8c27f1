import type { Exchange } from '../wire/recording-fetch.ts'
import type { ProviderError } from './read-error.ts'

/** No limit is counted over longer, and a timer could not hold what a broken server may ask for. */
const RETRY_AFTER_MS_MAX = 86_400_000

/** How long a provider asks to be left alone, in a header or in its error; null: it does not say. */
export function retryAfterMs(exchange: Exchange, error: ProviderError, now: Date): number | null {
  const asked = inHeaders(exchange, now) ?? error.retryAfterMs
  return asked === null ? null : Math.min(asked, RETRY_AFTER_MS_MAX)
}

function inHeaders({ retryAfter }: Exchange, now: Date): number | null {
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
