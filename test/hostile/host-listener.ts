import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Listens on the host wherever something inside a world might reach it. Nothing may. */
export interface HostListener extends AsyncDisposable {
  readonly tcpPort: number
  readonly udpPort: number
  /** A local socket without a file, by its name. */
  readonly abstractName: string
  /** A local socket in the host's folder for temporary files. */
  readonly path: string
  /** Who was heard, by the way that they came. */
  readonly heard: readonly string[]
}

export async function listenOnHost(): Promise<HostListener> {
  const heard: string[] = []
  const folder = mkdtempSync(join(tmpdir(), 'hostile-'))
  const path = join(folder, 'socket')
  const abstractName = `hostile-${process.pid}`

  const servers = (['tcp', 'abstract', 'path'] as const).map((way) =>
    createServer((socket) => {
      heard.push(way)
      socket.destroy()
    }),
  )
  const [tcp, abstract, local] = servers
  tcp?.listen(0, '0.0.0.0')
  abstract?.listen(`\0${abstractName}`)
  local?.listen(path)
  const udp = createSocket('udp4', () => heard.push('udp'))
  udp.bind(0, '0.0.0.0')
  await Promise.all([...servers, udp].map((server) => once(server, 'listening')))

  return {
    tcpPort: (tcp?.address() as AddressInfo | undefined)?.port ?? 0, // What a TCP server that listens has.
    udpPort: udp.address().port,
    abstractName,
    path,
    heard,
    async [Symbol.asyncDispose]() {
      for (const server of servers) server.close()
      udp.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
