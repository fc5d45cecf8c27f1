import type { Hono } from 'hono'
import type { ViewChange } from '../../records/view.ts'
import type { Clock } from '../../support/clock.ts'
import type { ReportProblem } from '../problems.ts'
import { sendPieces } from '../send-pieces.ts'
import type { ViewSource } from '../view-source.ts'

/** A connection over which nothing has been said for longer is given up by some proxies, and its end is not noticed. */
const SIGN_OF_LIFE_MS = 15_000

export function addChangeRoutes(
  app: Hono,
  {
    source,
    clock,
    signal,
    onProblem,
  }: {
    readonly source: ViewSource
    readonly clock: Clock
    readonly signal: AbortSignal
    readonly onProblem: ReportProblem
  },
): void {
  app.get('/api/changes', (c) => {
    const over = new AbortController()
    const until = AbortSignal.any([over.signal, signal])
    return sendPieces(c, told(source.changes(until), clock, until), {
      headers: { 'content-type': 'text/event-stream' },
      onProblem,
      whenGone: () => over.abort(),
    })
  })
}

/** Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html): comments are signs of life. */
async function* told(
  changes: AsyncIterable<ViewChange>,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<string> {
  yield ': hello\n\n'
  const iterator = changes[Symbol.asyncIterator]()
  try {
    for (let next = iterator.next(); ; ) {
      const change = await within(next, { clock, signal, ms: SIGN_OF_LIFE_MS })
      if (signal.aborted || change?.done === true) return
      if (change === null) {
        yield ': alive\n\n'
        continue
      }
      yield `data: ${JSON.stringify(change.value)}\n\n`
      next = iterator.next()
    }
  } finally {
    await iterator.return?.()
  }
}

/** What comes of it, or null if that takes longer. */
async function within<T>(
  coming: Promise<T>,
  {
    clock,
    signal,
    ms,
  }: { readonly clock: Clock; readonly signal: AbortSignal; readonly ms: number },
): Promise<T | null> {
  const come = new AbortController()
  const waited = clock.sleep(ms, AbortSignal.any([come.signal, signal])).then(
    () => null,
    () => null, // Its signal is all that ends a sleep.
  )
  try {
    return await Promise.race([coming, waited])
  } finally {
    come.abort()
  }
}
