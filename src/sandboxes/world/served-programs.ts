import type { ServedCall, ServedProgram } from '../sandbox.ts'
import { type InitMessage, order } from './init-frames.ts'

/** What can be told of a caller from outside. */
export interface Caller {
  readonly genuine: boolean | null
  /** Null where it cannot be told: then the client's own word is taken. */
  readonly cwd: string | null
}

export interface ServedProgramsOptions {
  readonly send: (order: Buffer) => void
  /** Looks at the process with this id inside, which the kernel names as the caller. */
  readonly identify: (pid: number) => Promise<Caller>
  /** A program of the harness has failed. */
  readonly fail: (error: unknown) => void
}

/** One packet of a reply. The first process and the client read 64 KiB at a time. */
const REPLY_BYTES = 32_768

/** Connections that may stand without a request. The first process keeps 16 in all. */
const SILENT_MAX = 8

/** A client's connection, and whoever waits for its next packet. */
interface Connection {
  readonly pid: number
  readonly packets: Buffer[]
  wait: ((packet: Buffer | null) => void) | null
  isGone: boolean
}

/**
 * Answers the clients of a world. Packets of a client: first `program NUL cwd NUL argument …`, then `r` and the exit code
 * of what it ran, or `e` when it has printed all. Packets to it: `r` and a path to run, `o` and bytes to print, `e` and the
 * exit code to leave with, an empty-handed `k` once its word has arrived. One call is answered at a time.
 */
export class ServedPrograms {
  readonly #options: ServedProgramsOptions
  readonly #programs = new Map<string, ServedProgram>()
  readonly #connections = new Map<number, Connection>()
  /** Connections that have sent a request: it waits for its turn or is being answered. */
  readonly #asked = new Set<number>()
  #turn: Promise<void> = Promise.resolve()

  constructor(options: ServedProgramsOptions) {
    this.#options = options
  }

  serve(path: string, program: ServedProgram): void {
    this.#programs.set(path, program)
  }

  take(message: InitMessage): void {
    switch (message.kind) {
      case 'client-called': {
        const { client, pid } = message
        this.#connections.set(client, { pid, packets: [], wait: null, isGone: false })
        this.#makeRoom()
        return
      }
      case 'client-packet':
        this.#deliver(message.client, message.packet)
        return
      case 'client-gone':
        this.#lose(message.client)
        return
      default:
    }
  }

  /** The machine is dead, and every client with it. */
  die(): void {
    for (const client of this.#connections.keys()) this.#lose(client)
  }

  #deliver(client: number, packet: Buffer): void {
    const connection = this.#connections.get(client)
    if (connection === undefined) return
    if (connection.wait !== null) {
      connection.wait(packet)
      return
    }
    // A client speaks when it is asked: what sends more is none.
    if (connection.packets.length > 0) {
      this.#hangUp(client)
      return
    }
    connection.packets.push(packet)
    // Only who has sent a request takes a turn, so that connections which say nothing hold up nobody.
    if (this.#asked.has(client)) return
    this.#asked.add(client)
    this.#turn = this.#turn.then(() => this.#answer(client, connection))
  }

  /** One process could otherwise hold every connection that the first process keeps. */
  #makeRoom(): void {
    const silent = [...this.#connections.keys()].filter((client) => !this.#asked.has(client))
    for (const client of silent.slice(0, Math.max(0, silent.length - SILENT_MAX))) {
      this.#hangUp(client)
    }
  }

  async #answer(client: number, connection: Connection): Promise<void> {
    try {
      const request = connection.packets.shift()
      if (request === undefined || connection.isGone) return
      const [path = '', cwd = '', ...argv] = request.toString('utf8').split('\0')
      const program = this.#programs.get(path)
      if (program === undefined) {
        await this.#reply(client, connection, { stdout: '', exitCode: 1 })
        return
      }
      const caller = await this.#options.identify(connection.pid)
      await program({
        program: path,
        argv,
        cwd: caller.cwd ?? cwd,
        genuine: caller.genuine,
        run: (file) => this.#run(client, connection, file),
        reply: (reply) => this.#reply(client, connection, reply),
      } satisfies ServedCall)
    } catch (error) {
      this.#options.fail(error)
    } finally {
      this.#hangUp(client)
    }
  }

  async #run(
    client: number,
    connection: Connection,
    path: string,
  ): Promise<{ acknowledged: true; exitCode: number } | { acknowledged: false }> {
    this.#tell(client, 'r', path)
    const word = await this.#next(connection)
    const exitCode = /^r(\d{1,3})$/.exec(word?.toString('latin1') ?? '')?.[1]
    return exitCode === undefined
      ? { acknowledged: false }
      : { acknowledged: true, exitCode: Number(exitCode) }
  }

  async #reply(
    client: number,
    connection: Connection,
    reply: { stdout: string; exitCode: number },
  ): Promise<boolean> {
    const bytes = Buffer.from(reply.stdout)
    for (let start = 0; start < bytes.length; start += REPLY_BYTES) {
      this.#tell(client, 'o', bytes.subarray(start, start + REPLY_BYTES))
    }
    this.#tell(client, 'e', `${reply.exitCode}`)
    const word = await this.#next(connection)
    const acknowledged = word?.toString('latin1') === 'e'
    if (acknowledged) this.#tell(client, 'k', '')
    return acknowledged
  }

  #tell(client: number, letter: string, rest: string | Buffer): void {
    this.#options.send(
      order.packet(client, Buffer.concat([Buffer.from(letter), Buffer.from(rest as Buffer)])),
    )
  }

  async #next(connection: Connection): Promise<Buffer | null> {
    const early = connection.packets.shift()
    if (early !== undefined) return early
    if (connection.isGone) return null
    const { promise, resolve } = Promise.withResolvers<Buffer | null>()
    connection.wait = resolve
    const packet = await promise
    connection.wait = null
    return packet
  }

  #hangUp(client: number): void {
    if (!this.#connections.has(client)) return
    this.#options.send(order.hangUp(client))
    this.#lose(client)
  }

  #lose(client: number): void {
    const connection = this.#connections.get(client)
    if (connection === undefined) return
    this.#connections.delete(client)
    this.#asked.delete(client)
    connection.isGone = true
    connection.wait?.(null)
  }
}
