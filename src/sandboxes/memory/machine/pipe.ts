import { SystemError } from '../files/system-error.ts'
import { OpenFile } from './open-file.ts'
import type { Process } from './process.ts'
import { signalNumber } from './signals.ts'

/** What Linux lets stand in a pipe before its writer waits. */
const CAPACITY_BYTES = 65_536

/** The two ends of a pipe. A writer without a reader gets the PIPE signal, a reader without a writer the end. */
export function pipe(): { readEnd: OpenFile; writeEnd: OpenFile } {
  const channel: Channel = { bytes: '', readers: true, writers: true, waiting: new Set() }
  return { readEnd: new ReadEnd(channel), writeEnd: new WriteEnd(channel) }
}

interface Channel {
  bytes: string
  readers: boolean
  writers: boolean
  readonly waiting: Set<() => void>
}

class ReadEnd extends OpenFile {
  readonly #channel: Channel

  constructor(channel: Channel) {
    super()
    this.#channel = channel
  }

  peek(reader: Process): string | Promise<string> {
    const channel = this.#channel
    if (channel.bytes !== '' || !channel.writers) return channel.bytes
    return changed(channel, reader).then(() => this.peek(reader))
  }

  take(count: number): void {
    this.#channel.bytes = this.#channel.bytes.slice(count)
    wakeAll(this.#channel)
  }

  override takeRestNow(): string | null {
    if (this.#channel.writers) return null
    const rest = this.#channel.bytes
    this.take(rest.length)
    return rest
  }

  write(): void {
    throw new SystemError('EBADF')
  }

  protected override closed(): void {
    this.#channel.readers = false
    this.#channel.bytes = ''
    wakeAll(this.#channel)
  }
}

class WriteEnd extends OpenFile {
  readonly #channel: Channel

  constructor(channel: Channel) {
    super()
    this.#channel = channel
  }

  peek(): string {
    throw new SystemError('EBADF')
  }

  take(): void {}

  write(writer: Process, bytes: string): void | Promise<void> {
    const channel = this.#channel
    writer.check()
    if (!channel.readers) breakPipe(writer)
    if (channel.bytes.length + bytes.length <= CAPACITY_BYTES) {
      channel.bytes += bytes
      wakeAll(channel)
      return undefined
    }
    const room = Math.max(0, CAPACITY_BYTES - channel.bytes.length)
    channel.bytes += bytes.slice(0, room)
    wakeAll(channel)
    return changed(channel, writer).then(() => this.write(writer, bytes.slice(room)))
  }

  protected override closed(): void {
    this.#channel.writers = false
    wakeAll(this.#channel)
  }
}

function breakPipe(writer: Process): never {
  writer.signal('PIPE')
  writer.check()
  throw new SystemError('EPIPE')
}

function changed(channel: Channel, waiter: Process): Promise<void> {
  let wakeMe = (): void => undefined
  return waiter
    .wait((wake) => {
      wakeMe = wake
      channel.waiting.add(wake)
    })
    .finally(() => channel.waiting.delete(wakeMe))
}

function wakeAll(channel: Channel): void {
  if (channel.waiting.size === 0) return
  const waiting = [...channel.waiting]
  channel.waiting.clear()
  for (const wake of waiting) wake()
}

/** Exit status of a process that a signal ended, as shells report it. */
export function signalStatus(name: string): number {
  return 128 + signalNumber(name)
}
