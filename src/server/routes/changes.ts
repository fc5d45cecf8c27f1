import type { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { Clock } from '../../support/clock.ts'
import type { ViewSource } from '../view-source.ts'

/** A connection over which nothing has been said for longer is given up by some proxies, and its end is not noticed. */
const SIGN_OF_LIFE_MS = 15_000

export function addChangeRoutes(
  app: Hono,
  source: ViewSource,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): void {
  app.get('/api/changes', (c) =>
    streamSSE(c, async (out) => {
      const over = new AbortController()
      out.onAbort(() => over.abort())
      const until = AbortSignal.any([over.signal, signal])
      const beating = beat(clock, until, async () => {
        await out.write(': alive\n\n')
      })
      await out.write(': hello\n\n')
      try {
        for await (const change of source.changes(until)) {
          await out.writeSSE({ data: JSON.stringify(change) })
        }
      } catch (error) {
        // The reader has gone, or the server ends: nobody is left to be told.
        if (!until.aborted) throw error
      } finally {
        over.abort()
        await beating
      }
    }),
  )
}

async function beat(clock: Clock, signal: AbortSignal, say: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    try {
      await clock.sleep(SIGN_OF_LIFE_MS, signal)
    } catch {
      return // The signal is all that ends a sleep.
    }
    await say()
  }
}
