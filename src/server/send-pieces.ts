import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import { type ReportProblem, reportBug } from './problems.ts'

export interface SendOptions {
  readonly headers: Readonly<Record<string, string>>
  readonly onProblem: ReportProblem
  /** Called when the client goes away before the end. */
  readonly whenGone?: () => void
}

/**
 * Answers with a text as it is made, and no faster than the client takes it. What goes wrong before the first piece is answered
 * like any other problem; after that the connection is broken off, so that a part never passes for the whole.
 */
export async function sendPieces(
  c: Context,
  pieces: AsyncIterable<string>,
  { headers, onProblem, whenGone }: SendOptions,
): Promise<Response> {
  const { outgoing } = c.env as HttpBindings // Every request comes through Node's server.
  const encoder = new TextEncoder()
  const iterator = pieces[Symbol.asyncIterator]()
  let isGone = false
  // Until there is an answer nobody else says that the client has gone, and what it asked for may not have been begun.
  const whenClosed = (): void => {
    giveUp().catch(breakOff)
  }
  outgoing.once('close', whenClosed)
  const first = await iterator.next().finally(() => outgoing.off('close', whenClosed))
  let waiting: IteratorResult<string> | null = first

  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const next = waiting ?? (await iterator.next())
          waiting = null
          if (isGone) return // While it was being made.
          if (next.done === true) controller.close()
          else controller.enqueue(encoder.encode(next.value))
        } catch (error) {
          breakOff(error)
        }
      },
      cancel: giveUp,
    },
    // Nothing is made that nobody has asked for.
    { highWaterMark: 0 },
  )
  return c.newResponse(body, 200, { ...headers })

  async function giveUp(): Promise<void> {
    isGone = true
    whenGone?.()
    try {
      await iterator.return?.()
    } catch (error) {
      breakOff(error)
    }
  }

  function breakOff(error: unknown): void {
    reportBug(onProblem, error)
    // An error of the stream would be written into what is sent, and to the terminal as it is.
    outgoing.destroy()
  }
}
