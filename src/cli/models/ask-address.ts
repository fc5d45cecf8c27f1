/** What came of asking an address: its answer, or why there is none. */
export type Asked =
  | {
      readonly kind: 'answer'
      readonly status: number
      /** Up to a length that no list of models reaches. */
      readonly body: string
    }
  | { readonly kind: 'none'; readonly why: string }

/** Lists of all models that a provider has are some hundred kilobytes. */
const BODY_BYTES_MAX = 8 * 1024 * 1024

/** One GET request, sent once. Redirects are not followed: they would take the key to another place. */
export async function askAddress(
  url: string,
  options: { readonly headers: Readonly<Record<string, string>>; readonly timeoutMs: number },
): Promise<Asked> {
  const { headers, timeoutMs } = options
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const answer = await fetch(url, {
      headers: { accept: 'application/json', ...headers },
      redirect: 'manual',
      signal,
    })
    return { kind: 'answer', status: answer.status, body: await readBody(answer) }
  } catch (error) {
    if (signal.aborted) return { kind: 'none', why: `no answer within ${timeoutMs / 1000} s` }
    return { kind: 'none', why: reasonOf(error) }
  }
}

async function readBody(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of answer.body ?? []) {
    chunks.push(chunk)
    bytes += chunk.byteLength
    if (bytes > BODY_BYTES_MAX) break
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** `fetch` says "fetch failed" and keeps why to itself. Codes only: messages may repeat what was sent. */
function reasonOf(error: unknown): string {
  let inner: unknown = error
  // Bounded: a chain of causes may be a circle.
  for (let depth = 0; depth < 10 && inner instanceof Error; depth++) {
    if ('code' in inner && typeof inner.code === 'string') return CODES[inner.code] ?? inner.code
    inner = inner.cause
  }
  return 'it cannot be reached'
}

const CODES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  EAI_AGAIN: 'its name cannot be looked up',
  ENOTFOUND: 'there is no machine of that name',
  UND_ERR_SOCKET: 'the connection was cut',
}
