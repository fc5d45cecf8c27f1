import type { Room } from '../../connections.ts'

/** A header by its name in small letters; null: there is none. */
export type HeaderReader = (name: string) => string | null

/**
 * What a provider's headers say is left of its limits; null: nothing that can be read. Of several limits it is the one
 * that binds first.
 *
 * Tokens are counted in requests like the one that was just answered, since that is what a lane counts in. The estimate is
 * rough (cached input often does not count), so that only a provider that says plainly "none" is taken at that word.
 *
 * @param requestChars length of the request's body; four characters are taken for a token
 */
export function readRoom(header: HeaderReader, requestChars: number): Room | null {
  const requestTokens = Math.max(1, Math.ceil(requestChars / 4))
  const rooms = LIMITS.flatMap(({ left, reset, of }) => {
    const figure = figureOf(header(left))
    if (figure === null) return []
    const inRequests = of === 'tokens' ? Math.floor(figure / requestTokens) : Math.floor(figure)
    return [
      {
        left: figure === 0 ? 0 : Math.max(1, inRequests),
        resetMs: resetMs(header(reset), header('date')),
      },
    ]
  })
  const standard = rateLimitField(header('ratelimit'))
  if (standard !== null) rooms.push(standard)
  if (rooms.length === 0) return null
  const least = Math.min(...rooms.map(({ left }) => left))
  const resets = rooms.flatMap((room) =>
    room.left === least && room.resetMs !== null ? [room.resetMs] : [],
  )
  return { left: least, resetMs: resets.length === 0 ? null : Math.max(...resets) }
}

/** Where providers write them: OpenAI and its like, Anthropic, OpenRouter and many gateways, the drafts of the IETF. */
const LIMITS: readonly { left: string; reset: string; of: 'requests' | 'tokens' }[] = [
  {
    left: 'x-ratelimit-remaining-requests',
    reset: 'x-ratelimit-reset-requests',
    of: 'requests',
  },
  { left: 'x-ratelimit-remaining-tokens', reset: 'x-ratelimit-reset-tokens', of: 'tokens' },
  {
    left: 'anthropic-ratelimit-requests-remaining',
    reset: 'anthropic-ratelimit-requests-reset',
    of: 'requests',
  },
  {
    left: 'anthropic-ratelimit-tokens-remaining',
    reset: 'anthropic-ratelimit-tokens-reset',
    of: 'tokens',
  },
  {
    left: 'anthropic-ratelimit-input-tokens-remaining',
    reset: 'anthropic-ratelimit-input-tokens-reset',
    of: 'tokens',
  },
  {
    left: 'anthropic-ratelimit-output-tokens-remaining',
    reset: 'anthropic-ratelimit-output-tokens-reset',
    of: 'tokens',
  },
  { left: 'x-ratelimit-remaining', reset: 'x-ratelimit-reset', of: 'requests' },
  { left: 'ratelimit-remaining', reset: 'ratelimit-reset', of: 'requests' },
]

/** `ratelimit: limit=100, remaining=50, reset=30` and, in later drafts, `ratelimit: "default";r=50;t=30`. */
function rateLimitField(field: string | null): Room | null {
  const bounded = field?.slice(0, FIELD_CHARS_MAX) ?? ''
  const left = figureOf(/\b(?:remaining|r)=(\d+)/.exec(bounded)?.[1] ?? null)
  const seconds = figureOf(/\b(?:reset|t)=(\d+)/.exec(bounded)?.[1] ?? null)
  if (left === null) return null
  return { left, resetMs: seconds === null ? null : boundedMs(seconds * 1000) }
}

/**
 * Until when, in milliseconds from now. Providers write a duration (`1m3s`, `250ms`), seconds, a date, or seconds or
 * milliseconds since 1970. The last three need to know when "now" is: the answer's own `date` says so, by the clock that the
 * reset is meant by.
 */
function resetMs(reset: string | null, date: string | null): number | null {
  const text = reset?.trim() ?? ''
  if (text === '' || text.length > FIELD_CHARS_MAX) return null
  const figure = figureOf(text)
  if (figure !== null && figure < EPOCH_SECONDS_MIN) return boundedMs(figure * 1000)
  const spelled = spelledMs(text)
  if (spelled !== null) return boundedMs(spelled)
  const at =
    figure === null ? Date.parse(text) : figure < EPOCH_MS_MIN ? figure * 1000 : Math.floor(figure)
  const now = Date.parse(date ?? '')
  return Number.isNaN(at) || Number.isNaN(now) ? null : boundedMs(at - now)
}

/** Of the year 2001, in seconds and milliseconds: no reset is 30 years away, and none lies before. */
const EPOCH_SECONDS_MIN = 1e9
const EPOCH_MS_MIN = 1e12
/** Whatever is longer is not what we look for. */
const FIELD_CHARS_MAX = 200
/** No limit is counted over longer than a day, and no sleep may be asked for that a timer cannot hold. */
const RESET_MS_MAX = 86_400_000

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

function spelledMs(text: string): number | null {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|[dhms]))+$/.test(text)) return null
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|[dhms])/g)].reduce(
    (sum, [, figure, unit]) => sum + Number(figure) * (UNIT_MS[unit ?? ''] ?? 0),
    0,
  )
}

function boundedMs(ms: number): number {
  return Math.min(RESET_MS_MAX, Math.max(0, Math.ceil(ms)))
}

function figureOf(text: string | null): number | null {
  const trimmed = text?.trim() ?? ''
  return /^\d{1,15}(\.\d{1,15})?$/.test(trimmed) ? Number(trimmed) : null
}
