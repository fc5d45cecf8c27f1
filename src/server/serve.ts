import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { UsageError } from '../support/errors.ts'
import { type ViewAppOptions, viewApp } from './view-app.ts'

export interface ServeOptions extends Omit<ViewAppOptions, 'signal'> {
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
}

/** A server that listens. Disposing of it ends its streams and closes every connection. */
export interface ViewServer extends AsyncDisposable {
  readonly port: number
}

/** The port is in use by another program: another one may do. */
export class PortBusy extends UsageError {}

/** Slow or silent clients are given up: 1,000 of them must not keep readers away. */
const HEADERS_MS = 10_000
const REQUEST_MS = 30_000

/** @throws PortBusy; UsageError where the host is not this machine's, or the port may not be had. */
export async function serve({ host, port, ...options }: ServeOptions): Promise<ViewServer> {
  const ending = new AbortController()
  const app = viewApp({ ...options, signal: ending.signal })
  const server = createAdaptorServer({
    fetch: app.fetch,
    // What else runs in this process keeps the Request and Response that it knows.
    overrideGlobalObjects: false,
    serverOptions: { headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS },
  }) as Server // No other kind is made without being asked for.
  await listen(server, host, port)
  return {
    port: (server.address() as AddressInfo).port, // It listens, and on no socket file.
    async [Symbol.asyncDispose]() {
      ending.abort()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenProblem(error, host, port)))
    server.listen(port, host, () => resolve())
  })
}

function listenProblem(error: NodeJS.ErrnoException, host: string, port: number): unknown {
  const action = `Cannot serve on ${host} port ${port}`
  switch (error.code) {
    case 'EADDRINUSE':
      return new PortBusy(`${action}: another program does`, {
        hint: 'Choose another one with --port, or leave it out.',
        cause: error,
      })
    case 'EACCES':
      return new UsageError(`${action}: no permission`, {
        hint: 'Ports from 1024 on need none.',
        cause: error,
      })
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new UsageError(`${action}: this machine has no such address`, { cause: error })
    default:
      return error
  }
}
