/** One request and what came back, without headers: they carry keys. */
export interface Exchange {
  /** The body as it was sent. */
  readonly request: string
  /** Null until the provider has answered. */
  status: number | null
  contentType: string
  /** As the provider asked, `retry-after-ms` before `retry-after`; unread. */
  retryAfter: { readonly ms: string | null; readonly secondsOrDate: string | null }
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
 * A `fetch` that keeps what was sent and received. Wherever `secret` stands in an answer it is taken out before
 * anything else reads it, so that a server which repeats the key cannot bring it into a record.
 */
export function recordingFetch(secret: string): RecordingFetch {
  let current: Exchange | null = null
  const withoutSecret = (text: string): string =>
    secret.length < SECRET_LENGTH_MIN ? text : text.replaceAll(secret, '[key]')

  const recording: typeof fetch = async (input, init) => {
    const exchange: Exchange = {
      request: withoutSecret(typeof init?.body === 'string' ? init.body : ''),
      status: null,
      contentType: '',
      retryAfter: { ms: null, secondsOrDate: null },
      response: null,
      tooLarge: false,
    }
    current = exchange
    // A redirect is not followed: it would take the key to another place.
    const answer = await fetch(input, { ...init, redirect: 'manual' })
    exchange.status = answer.status
    exchange.contentType = answer.headers.get('content-type') ?? ''
    exchange.retryAfter = {
      ms: answer.headers.get('retry-after-ms'),
      secondsOrDate: answer.headers.get('retry-after'),
    }
    const text = withoutSecret(await readBody(answer, exchange))
    exchange.response = text
    return new Response(BODILESS.includes(answer.status) ? null : text, {
      status: answer.status,
      statusText: withoutSecret(answer.statusText),
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

/** Shorter ones are stand-ins such as `none` or `ollama`, and common words besides. */
const SECRET_LENGTH_MIN = 8

async function readBody(answer: Response, exchange: Exchange): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > RESPONSE_BYTES_MAX) {
      exchange.tooLarge = true
      throw new Error(`The answer is longer than ${RESPONSE_BYTES_MAX} bytes`)
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
