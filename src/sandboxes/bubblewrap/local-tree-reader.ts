import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  statfsSync,
} from 'node:fs'
import { scheduler } from 'node:timers/promises'
import {
  DEPTH_MAX,
  ENTRIES_MAX,
  PATH_MAX,
  type TreeEntry,
  type TreeReader,
  type Visit,
  type Visited,
} from '../world/tree-reader.ts'

/** How a directory is opened to list what is in it, and, with fewer rights (O_PATH), to go on to a name in it. */
const LISTED = constants.O_RDONLY
const PASSED = 0o10000000
/** After so many entries other work of the harness gets its turn. */
const ENTRIES_PER_BREATH = 500
/** And after so much was read, and hashed by who asked for it. */
const BYTES_PER_BREATH = 16 * 1024 * 1024

/**
 * A world's files through an open directory of this machine, which keeps them readable after the world has died. Everything is
 * synchronous but for pauses.
 */
export class LocalTreeReader implements TreeReader {
  readonly places = ['/']
  readonly #root: number

  constructor(path: string) {
    this.#root = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY)
  }

  close(): void {
    closeSync(this.#root)
  }

  async freeBytes(): Promise<number> {
    const { bavail, bsize, files, ffree } = statfsSync(`/proc/self/fd/${this.#root}`)
    // File systems without a number of files that they can hold say 0 for both.
    return files > 0 && ffree === 0 ? 0 : bavail * bsize
  }

  async visit(visit: Visit): Promise<Visited> {
    const walk = new Walk(visit)
    for (const path of visit.paths) {
      if (walk.isPending(path)) await this.#at(path, walk)
    }
    return { isCut: walk.isCut, closed: walk.closed }
  }

  async #at(path: string, walk: Walk): Promise<void> {
    const names = path.split('/').slice(1)
    const last = names.pop() ?? ''
    const step = async (directory: number, index: number): Promise<void> => {
      const name = names[index]
      if (name === undefined) return walk.enter(handleIn(directory, last), path, 1)
      const next = openDirectory(handleIn(directory, name), PASSED)
      if (next === 'closed') walk.closed.push(path)
      else if (next !== null) await withDirectory(next, () => step(next, index + 1))
    }
    await step(this.#root, 0)
  }
}

class Walk {
  isCut = false
  readonly closed: string[] = []
  readonly #visit: Visit
  readonly #pending: Set<string>
  #count = 0
  #bytes = 0

  constructor(visit: Visit) {
    this.#visit = visit
    this.#pending = new Set(visit.paths)
  }

  isPending(path: string): boolean {
    return this.#pending.has(path)
  }

  async enter(handle: Handle, path: string, depth: number): Promise<void> {
    if (this.#visit.leaveOut.has(path)) return
    if (this.#count >= ENTRIES_MAX || depth > DEPTH_MAX || path.length > PATH_MAX) {
      this.isCut = true
      return
    }
    const stats = statsOf(handle)
    if (stats === 'closed') this.closed.push(path)
    if (stats === 'closed' || stats === null) return
    this.#look(handle, path, stats)
    if (++this.#count % ENTRIES_PER_BREATH === 0 || this.#bytes >= BYTES_PER_BREATH) {
      this.#bytes = 0
      await scheduler.yield()
    }
    if (!this.#visit.below || !stats.isDirectory()) return
    const directory = openDirectory(handle, LISTED)
    if (directory === 'closed') this.closed.push(path)
    if (directory === 'closed' || directory === null) return
    await withDirectory(directory, async () => {
      for (const { name, handle: inner } of entriesIn(directory)) {
        await this.enter(inner, path === '/' ? `/${name}` : `${path}/${name}`, depth + 1)
      }
    })
  }

  #look(handle: Handle, path: string, stats: BigIntStats): void {
    this.#pending.delete(path)
    const entry = entryOf(stats)
    this.#visit.take(path, entry, this.#contentOf(handle, path, entry))
  }

  #contentOf(handle: Handle, path: string, entry: TreeEntry): Buffer | null {
    if (entry.kind === 'symlink') return targetOf(handle)
    if (entry.kind !== 'file' || !this.#visit.wants(path, entry)) return null
    this.#bytes += entry.sizeBytes
    return readRegularFile(handle, entry.sizeBytes)
  }
}

function entryOf(stats: BigIntStats): TreeEntry {
  return {
    kind: kindOf(stats),
    mode: Number(stats.mode & 0o7777n),
    uid: Number(stats.uid),
    sizeBytes: Number(stats.size),
    inode: stats.ino,
    ctimeNs: stats.ctimeNs,
  }
}

function kindOf(stats: BigIntStats): TreeEntry['kind'] {
  if (stats.isFile()) return 'file'
  if (stats.isDirectory()) return 'directory'
  return stats.isSymbolicLink() ? 'symlink' : 'other'
}

/** One name in an open directory, for functions that take a path. There is no way between, on which a link could stand. */
type Handle = string | Buffer

function handleIn(directory: number, name: string): Handle {
  return `/proc/self/fd/${directory}/${name}`
}

function entriesIn(directory: number): { readonly name: string; readonly handle: Handle }[] {
  return readdirSync(`/proc/self/fd/${directory}`, 'buffer').map((bytes) => {
    const name = bytes.toString('utf8')
    const isText = Buffer.from(name).equals(bytes)
    const handle = handleIn(directory, name)
    return {
      name,
      handle: isText ? handle : Buffer.concat([Buffer.from(handleIn(directory, '')), bytes]),
    }
  })
}

function statsOf(handle: Handle): BigIntStats | 'closed' | null {
  try {
    return lstatSync(handle, { bigint: true })
  } catch (error) {
    return isClosed(error) ? 'closed' : null // It is not there, or it went while we looked.
  }
}

function openDirectory(handle: Handle, way: number): number | 'closed' | null {
  try {
    return openSync(handle, way | constants.O_DIRECTORY | constants.O_NOFOLLOW)
  } catch (error) {
    return isClosed(error) ? 'closed' : null // It is none (any more).
  }
}

/** Its owner has closed it, or a directory above, to itself and to us. */
function isClosed(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EACCES'
}

async function withDirectory(directory: number, use: () => Promise<void>): Promise<void> {
  try {
    await use()
  } finally {
    closeSync(directory)
  }
}

function targetOf(handle: Handle): Buffer {
  try {
    return readlinkSync(handle, 'buffer')
  } catch {
    return Buffer.alloc(0) // It went while we looked.
  }
}

/** @returns null when it is no regular file (any more) or may not be read. */
function readRegularFile(handle: Handle, sizeBytes: number): Buffer | null {
  let file: number
  try {
    // Should it have become a pipe meanwhile, opening it must not wait for a writer.
    file = openSync(handle, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch {
    return null
  }
  try {
    if (!fstatSync(file).isFile()) return null
    const content = Buffer.allocUnsafe(sizeBytes)
    let length = 0
    while (length < sizeBytes) {
      const count = readSync(file, content, length, sizeBytes - length, length)
      if (count === 0) break
      length += count
    }
    return content.subarray(0, length)
  } finally {
    closeSync(file)
  }
}
