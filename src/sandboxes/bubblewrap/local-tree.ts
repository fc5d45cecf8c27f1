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
import type { FileState } from '../../records/evidence.ts'
import { sha256 } from '../../support/hash.ts'
import type { Owner } from '../sandbox.ts'
import type { CopiedFile, Findings, Found, WorldTree } from '../world/world-tree.ts'

/** Entries of one walk. Beyond them a directory is not looked into: a hundred thousand files must not hold up a trial. */
const ENTRIES_MAX = 20_000
/** Of one file and of all files of one walk, what is read. Larger ones have no hash. */
const FILE_BYTES_MAX = 32 * 1024 * 1024
const WALK_BYTES_MAX = 128 * 1024 * 1024
/** Each level holds a directory open. */
const DEPTH_MAX = 64
/** After so many entries other work of the harness gets its turn. */
const ENTRIES_PER_BREATH = 500

/**
 * The files of a world, read from outside through an open directory, which keeps them readable after the world has died.
 *
 * Nothing inside is trusted: every step goes from an open directory to one name in it and follows no link, so that none the
 * agent lays leads out; nothing but regular files and directories is opened. Everything is synchronous but for pauses.
 */
export class LocalTree implements WorldTree {
  readonly #root: number
  readonly #ownerOf: (uid: number) => Owner
  /** Hashes by what a file cannot keep when its content changes. */
  readonly #hashes = new Map<string, string>()

  constructor(path: string, ownerOf: (uid: number) => Owner) {
    this.#root = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY)
    this.#ownerOf = ownerOf
  }

  close(): void {
    closeSync(this.#root)
  }

  async freeBytes(): Promise<number> {
    const { bavail, bsize } = statfsSync(`/proc/self/fd/${this.#root}`)
    return bavail * bsize
  }

  async find(paths: readonly string[], known: ReadonlySet<string> = new Set()): Promise<Findings> {
    const walk = new Walk(this.#ownerOf, this.#hashes, known)
    // Outer directories first: what stands in them is then known.
    for (const path of paths.toSorted()) {
      if (!walk.found.has(path)) await this.#at(path, (handle) => walk.visit(handle, path, 1))
    }
    if (walk.isCut) {
      for (const path of known) {
        if (!walk.found.has(path))
          await this.#at(path, async (handle) => void walk.look(handle, path))
      }
    }
    return { paths: walk.found, isCut: walk.isCut }
  }

  async findElsewhere(
    gone: readonly Found[],
    leaveOut: { readonly paths: ReadonlySet<string>; readonly inodes: ReadonlySet<bigint> },
  ): Promise<Map<bigint, string>> {
    const wanted = new Set(gone.map(({ inode }) => inode))
    const bySize = Map.groupBy(
      gone.filter(({ state }) => state.sha256 !== null && state.sizeBytes !== 0),
      ({ state }) => state.sizeBytes,
    )
    const themselves = new Map<bigint, string>()
    const copies = new Map<bigint, string>()
    await this.#eachEntry(leaveOut.paths, (path, stats, handle) => {
      if (wanted.has(stats.ino)) {
        if (!themselves.has(stats.ino)) themselves.set(stats.ino, path)
        return
      }
      const alike =
        stats.isFile() && !leaveOut.inodes.has(stats.ino)
          ? bySize.get(Number(stats.size))
          : undefined
      if (alike === undefined || stats.size > FILE_BYTES_MAX) return
      const content = readRegularFile(handle, Number(stats.size))
      const found = content === null ? null : sha256(content)
      for (const { state, inode } of alike) {
        if (state.sha256 === found && !copies.has(inode)) copies.set(inode, path)
      }
    })
    return new Map([...copies, ...themselves])
  }

  async copy(leaveOut: ReadonlySet<string>): Promise<CopiedFile[]> {
    const files: CopiedFile[] = []
    let bytes = 0
    await this.#eachEntry(leaveOut, (path, stats, handle) => {
      const kind = kindOf(stats)
      if (kind === 'other') return
      const size = Number(stats.size)
      if (kind === 'file' && bytes + size > WALK_BYTES_MAX) return
      const content = contentOf(kind, handle, size)
      bytes += content.length
      files.push({
        path,
        kind,
        mode: modeOf(stats),
        owner: this.#ownerOf(Number(stats.uid)),
        content,
      })
    })
    return files
  }

  async #eachEntry(
    leaveOut: ReadonlySet<string>,
    take: (path: string, stats: BigIntStats, handle: Handle) => void,
  ): Promise<void> {
    let count = 0
    const enter = async (directory: number, path: string, depth: number): Promise<void> => {
      for (const { name, handle } of entriesIn(directory)) {
        const inner = `${path}/${name}`
        if (leaveOut.has(inner) || count >= ENTRIES_MAX) continue
        if (++count % ENTRIES_PER_BREATH === 0) await scheduler.yield()
        const stats = statsOf(handle)
        if (stats === null) continue
        take(inner, stats, handle)
        if (!stats.isDirectory() || depth >= DEPTH_MAX) continue
        await withDirectory(handle, (opened) => enter(opened, inner, depth + 1))
      }
    }
    await enter(this.#root, '', 1)
  }

  async #at(path: string, visit: (handle: Handle) => Promise<void>): Promise<void> {
    const names = path.split('/').slice(1)
    const last = names.pop() ?? ''
    const step = async (directory: number, index: number): Promise<void> => {
      const name = names[index]
      if (name === undefined) await visit(handleIn(directory, last))
      else await withDirectory(handleIn(directory, name), (opened) => step(opened, index + 1))
    }
    await step(this.#root, 0)
  }
}

/** One look at a set of paths. */
class Walk {
  readonly found = new Map<string, Found>()
  isCut = false
  readonly #ownerOf: (uid: number) => Owner
  readonly #hashes: Map<string, string>
  readonly #known: ReadonlySet<string>
  #bytes = 0

  constructor(
    ownerOf: (uid: number) => Owner,
    hashes: Map<string, string>,
    known: ReadonlySet<string>,
  ) {
    this.#ownerOf = ownerOf
    this.#hashes = hashes
    this.#known = known
  }

  async visit(handle: Handle, path: string, depth: number): Promise<void> {
    if (this.found.size >= ENTRIES_MAX || depth > DEPTH_MAX) {
      this.isCut = true
      return
    }
    const stats = this.look(handle, path)
    if (stats === null) return
    if (this.found.size % ENTRIES_PER_BREATH === 0) await scheduler.yield()
    if (!stats.isDirectory()) return
    await withDirectory(handle, async (opened) => {
      for (const entry of entriesIn(opened)) {
        await this.visit(entry.handle, `${path}/${entry.name}`, depth + 1)
      }
    })
  }

  look(handle: Handle, path: string): BigIntStats | null {
    const stats = statsOf(handle)
    if (stats !== null) {
      const state = this.#stateOf(stats, handle, path)
      this.found.set(path, { state, inode: stats.ino, ctimeNs: stats.ctimeNs })
    }
    return stats
  }

  #stateOf(stats: BigIntStats, handle: Handle, path: string): FileState {
    const kind = kindOf(stats)
    const common = { kind, mode: modeOf(stats), owner: this.#ownerOf(Number(stats.uid)) }
    if (kind === 'file') {
      const content = this.#hashOf(stats, handle, path)
      return { ...common, sizeBytes: Number(stats.size), sha256: content }
    }
    const none = { sizeBytes: null, sha256: null }
    if (kind !== 'symlink') return { ...common, ...none }
    const target = contentOf('symlink', handle, 0).toString('utf8')
    return { ...common, ...none, target }
  }

  #hashOf(stats: BigIntStats, handle: Handle, path: string): string | null {
    const size = Number(stats.size)
    // Its own user could not read it either; the record must not depend on whether the harness is root.
    if ((stats.mode & 0o400n) === 0n || size > FILE_BYTES_MAX) return null
    // Memory that is mapped can change without a trace in the times, so files that matter are read each time.
    const key = this.#known.has(path) ? null : `${stats.ino} ${stats.ctimeNs} ${stats.size}`
    const known = key === null ? undefined : this.#hashes.get(key)
    if (known !== undefined) return known
    if (this.#bytes + size > WALK_BYTES_MAX) {
      this.isCut = true
      return null
    }
    this.#bytes += size
    const content = readRegularFile(handle, size)
    if (content === null) return null
    const found = sha256(content)
    if (key !== null && this.#hashes.size < ENTRIES_MAX) this.#hashes.set(key, found)
    return found
  }
}

function kindOf(stats: BigIntStats): Exclude<FileState['kind'], 'absent'> {
  if (stats.isFile()) return 'file'
  if (stats.isDirectory()) return 'directory'
  return stats.isSymbolicLink() ? 'symlink' : 'other'
}

function modeOf(stats: BigIntStats): number {
  return Number(stats.mode & 0o7777n)
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

function statsOf(handle: Handle): BigIntStats | null {
  try {
    return lstatSync(handle, { bigint: true })
  } catch {
    return null // It is not there, or it went while we looked.
  }
}

async function withDirectory(
  handle: Handle,
  use: (directory: number) => Promise<void>,
): Promise<void> {
  let directory: number
  try {
    directory = openSync(handle, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
  } catch {
    return // No directory (any more), or one that its owner has closed to itself and to us.
  }
  try {
    await use(directory)
  } finally {
    closeSync(directory)
  }
}

function contentOf(
  kind: 'file' | 'directory' | 'symlink',
  handle: Handle,
  sizeBytes: number,
): Buffer {
  if (kind === 'directory') return Buffer.alloc(0)
  if (kind === 'file') return readRegularFile(handle, sizeBytes) ?? Buffer.alloc(0)
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
