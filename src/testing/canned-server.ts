import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** What a server says, whatever it is asked. */
export interface CannedAnswer {
  /** @default 200 */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** A value to be written as JSON, or text that is sent as it stands. */
  readonly body: unknown
}

export interface CannedServer extends AsyncDisposable {
  /** Without a path, and without a slash at its end. */
  readonly url: string
  readonly requests: readonly {
    readonly path: string
    readonly headers: Readonly<Record<string, unknown>>
    readonly body: string
  }[]
}

/** A server on the loopback interface that gives its answers one after the other, and the last to whatever comes then. */
export async function cannedServer(...answers: readonly CannedAnswer[]): Promise<CannedServer> {
  const requests: { path: string; headers: Record<string, unknown>; body: string }[] = []
  const server = createServer((request, response) => {
    text(request)
      .then((body) => {
        requests.push({ path: request.url ?? '', headers: request.headers, body })
        const answer = answers[requests.length - 1] ?? answers.at(-1)
        const { status = 200, headers = {}, body: given } = answer ?? { body: '' }
        response.writeHead(status, { 'content-type': 'application/json', ...headers })
        response.end(typeof given === 'string' ? given : JSON.stringify(given))
      })
      .catch((error: Error) => response.destroy(error))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
