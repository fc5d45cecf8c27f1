import type { FileTree } from '../files/file-tree.ts'
import type { Inode } from '../files/inode.ts'
import { SystemError } from '../files/system-error.ts'
import type { Process } from './process.ts'

/**
 * What a descriptor leads to. It is shared by all descriptors that were made from one another, in one process and across
 * its children, and closes with the last of them. Bytes are one character each.
 */
export abstract class OpenFile {
  #references = 1

  /** Another descriptor leads here. */
  share(): this {
    this.#references++
    return this
  }

  /** A descriptor that led here is gone. */
  release(): void {
    this.#references--
    if (this.#references === 0) this.closed()
  }

  /**
   * Bytes that can be read now, without taking them; `''` at the end. Waits for them where they are to come.
   * @throws SystemError EBADF when it is open for writing only.
   */
  abstract peek(reader: Process): string | Promise<string>

  /** Takes what was peeked. */
  abstract take(count: number): void

  /** All that is left to read, when nobody has to be waited for: null otherwise. Takes it. */
  takeRestNow(): string | null {
    return null
  }

  /** @throws SystemError EBADF, EPIPE, ENOSPC. */
  abstract write(writer: Process, bytes: string): void | Promise<void>

  protected closed(): void {}
}

export async function readAll(file: OpenFile, reader: Process): Promise<string> {
  const parts: string[] = []
  let length = 0
  for (;;) {
    const bytes = await file.peek(reader)
    if (bytes === '') return parts.join('')
    file.take(bytes.length)
    parts.push(bytes)
    length += bytes.length
    reader.holds(length)
  }
}

/** Reads up to and with `delimiter`, at most `limit` bytes. Takes no byte more. */
export async function readUntil(
  file: OpenFile,
  reader: Process,
  delimiter: string,
  limit = Number.POSITIVE_INFINITY,
): Promise<string> {
  let read = ''
  while (read.length < limit) {
    const bytes = await file.peek(reader)
    if (bytes === '') break
    const end = bytes.indexOf(delimiter)
    const count = Math.min(end < 0 ? bytes.length : end + 1, limit - read.length)
    read += bytes.slice(0, count)
    file.take(count)
    reader.holds(read.length)
    if (end >= 0 && count === end + 1) break
  }
  return read
}

/** A file of the tree, opened. */
export class RegularFile extends OpenFile {
  readonly inode: Inode
  readonly #tree: FileTree
  readonly #access: 'read' | 'write' | 'both'
  readonly #append: boolean
  readonly #path: string
  #position = 0

  constructor(
    tree: FileTree,
    inode: Inode,
    options: { access: 'read' | 'write' | 'both'; append?: boolean; path: string },
  ) {
    super()
    this.inode = inode
    this.#tree = tree
    this.#access = options.access
    this.#append = options.append ?? false
    this.#path = options.path
  }

  peek(): string {
    if (this.#access === 'write') throw new SystemError('EBADF', this.#path)
    return this.inode.read().slice(this.#position)
  }

  take(count: number): void {
    this.#position += count
  }

  override takeRestNow(): string {
    const rest = this.peek()
    this.take(rest.length)
    return rest
  }

  write(writer: Process, bytes: string): void {
    if (this.#access === 'read') throw new SystemError('EBADF', this.#path)
    writer.check()
    const old = this.inode.content
    const at = this.#append ? old.length : this.#position
    const gap = at > old.length ? '\0'.repeat(at - old.length) : ''
    this.#tree.setContent(
      this.inode,
      old.slice(0, at) + gap + bytes + old.slice(at + bytes.length),
      this.#path,
    )
    this.#position = at + bytes.length
  }
}

/** `/dev/null` and its like. */
export class DeviceFile extends OpenFile {
  readonly device: string

  constructor(device: string) {
    super()
    this.device = device
  }

  peek(): string {
    return this.device === 'zero' || this.device === 'full' ? '\0'.repeat(65_536) : ''
  }

  take(): void {}

  override takeRestNow(): string | null {
    return this.device === 'null' ? '' : null
  }

  write(): void {
    if (this.device === 'full') throw new SystemError('ENOSPC', '/dev/full')
  }
}

/** Text that is there to be read: a here-document, or what was read ahead. */
export class TextFile extends OpenFile {
  #rest: string

  constructor(bytes: string) {
    super()
    this.#rest = bytes
  }

  peek(): string {
    return this.#rest
  }

  take(count: number): void {
    this.#rest = this.#rest.slice(count)
  }

  override takeRestNow(): string {
    const rest = this.#rest
    this.#rest = ''
    return rest
  }

  write(): void {
    throw new SystemError('EBADF')
  }
}

/** Collects what is written, without end: the terminal of the agent's shell, and `$(…)`. */
export class CaptureFile extends OpenFile {
  readonly #accept: (bytes: string) => void
  #onClosed: (() => void) | undefined
  #isClosed = false

  constructor(accept: (bytes: string) => void) {
    super()
    this.#accept = accept
  }

  peek(): string {
    return ''
  }

  take(): void {}

  override takeRestNow(): string {
    return ''
  }

  write(writer: Process, bytes: string): void {
    writer.check()
    this.#accept(bytes)
  }

  /** Waits until nobody can write any more. */
  async closedBy(waiter: Process): Promise<void> {
    if (this.#isClosed) return
    await waiter.wait((wake) => {
      this.#onClosed = wake
    })
  }

  protected override closed(): void {
    this.#isClosed = true
    this.#onClosed?.()
  }
}
