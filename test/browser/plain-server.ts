import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
}

/** A web host that knows nothing but files, and has the site in a folder below its root. */
export async function servePlainly(
  folder: string,
  path: string,
): Promise<AsyncDisposable & { readonly origin: string; readonly address: string }> {
  const server = createServer((request, response) => void answer(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}` // It listens on no socket file.
  return {
    origin,
    address: `${origin}${path}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname)
    const within = asked.startsWith(path) ? normalize(asked.slice(path.length) || 'index.html') : ''
    const content = await readFile(join(folder, within)).catch(() => null)
    if (content === null) response.writeHead(404).end()
    else {
      const type = TYPES[extname(within)] ?? 'application/octet-stream'
      response.writeHead(200, { 'content-type': type }).end(content)
    }
  }
}
