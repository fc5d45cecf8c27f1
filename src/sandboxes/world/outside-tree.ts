import type { FileState } from '../../records/evidence.ts'
import { sha256 } from '../../support/hash.ts'
import { KeptTexts } from '../kept-texts.ts'
import type { Owner } from '../sandbox.ts'
import { ENTRIES_MAX, type TreeEntry, type TreeReader, type Visit } from './tree-reader.ts'
import type { CopiedFile, Findings, Found, WorldTree } from './world-tree.ts'

/** Of one file and of all files of one walk, what is read. Larger ones have no hash. */
const FILE_BYTES_MAX = 32 * 1024 * 1024
const WALK_BYTES_MAX = 128 * 1024 * 1024
/** Of what was not there at the baseline, what is kept: every look's findings go into the record as they stand. */
const NEW_PATHS_MAX = 2_000
const NEW_CHARACTERS_MAX = 256 * 1024

const NOTHING: ReadonlySet<string> = new Set()

/** What a world's files are, made of what a reader sees of them. */
export class OutsideTree implements WorldTree {
  readonly places: readonly string[]
  readonly #reader: TreeReader
  readonly #ownerOf: (uid: number) => Owner
  /** Hashes by what a file cannot keep when its content changes. */
  readonly #hashes = new Map<string, string>()
  readonly #texts = new KeptTexts()

  constructor(reader: TreeReader, ownerOf: (uid: number) => Owner) {
    this.#reader = reader
    this.#ownerOf = ownerOf
    this.places = reader.places
  }

  close(): void {
    this.#reader.close()
  }

  textOf(sha256: string): string | null {
    return this.#texts.get(sha256)
  }

  freeBytes(): Promise<number> {
    return this.#reader.freeBytes()
  }

  async find(paths: readonly string[], known?: ReadonlySet<string>): Promise<Findings> {
    const named = new Set(paths)
    const look = new Look(this.#ownerOf, this.#hashes, known ?? null, (path, hash, content) =>
      this.#texts.keep(named.has(path) ? 'named' : 'beside', hash, content),
    )
    // Outer directories first: what stands in them is then known.
    const first = await this.#reader.visit(look.visit(paths.toSorted(), true))
    const isWhole = !first.isCut && first.closed.length === 0
    // Where there was no list of it, it may be within reach by its name.
    const missed = isWhole ? [] : [...(known ?? NOTHING)].filter((path) => !look.found.has(path))
    const { closed } = await this.#reader.visit(look.visit(missed, false))
    return { paths: look.found, isCut: first.isCut || look.isCut, closed: new Set(closed) }
  }

  async look(path: string): Promise<Found | null> {
    const look = new Look(this.#ownerOf, this.#hashes, null, () => undefined)
    await this.#reader.visit(look.visit([path], false))
    return look.found.get(path) ?? null
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
    await this.#eachEntry({
      leaveOut: leaveOut.paths,
      wants: (_, { inode, sizeBytes }) =>
        !wanted.has(inode) &&
        !leaveOut.inodes.has(inode) &&
        sizeBytes <= FILE_BYTES_MAX &&
        bySize.has(sizeBytes),
      take: (path, { inode, sizeBytes }, content) => {
        if (wanted.has(inode) && !themselves.has(inode)) themselves.set(inode, path)
        if (content === null || wanted.has(inode)) return
        const found = sha256(content)
        for (const { state, inode: original } of bySize.get(sizeBytes) ?? []) {
          if (state.sha256 === found && !copies.has(original)) copies.set(original, path)
        }
      },
    })
    return new Map([...copies, ...themselves])
  }

  async copy(leaveOut: ReadonlySet<string>): Promise<CopiedFile[]> {
    const files: CopiedFile[] = []
    const tooMuch = new Set<string>()
    let bytes = 0
    await this.#eachEntry({
      leaveOut,
      wants: (path, { sizeBytes }) => {
        const fits = bytes + sizeBytes <= WALK_BYTES_MAX
        if (fits) bytes += sizeBytes
        else tooMuch.add(path)
        return fits
      },
      take: (path, { kind, mode, uid }, content) => {
        if (kind === 'other' || tooMuch.has(path)) return
        files.push({
          path,
          kind,
          mode,
          owner: this.#ownerOf(uid),
          content: content ?? Buffer.alloc(0),
        })
      },
    })
    return files
  }

  /** Everything that can have been put there from inside. */
  async #eachEntry(visit: Pick<Visit, 'leaveOut' | 'wants' | 'take'>): Promise<void> {
    await this.#reader.visit({
      ...visit,
      paths: this.places,
      below: true,
      // The root is in every world's frame.
      take: (path, entry, content) => {
        if (path !== '/') visit.take(path, entry, content)
      },
    })
  }
}

/** Told of a file's content where it was read, with its hash. */
type OnRead = (path: string, hash: string, content: Buffer) => void

/** One look at a set of paths. */
class Look {
  readonly found = new Map<string, Found>()
  isCut = false
  readonly #ownerOf: (uid: number) => Owner
  readonly #hashes: Map<string, string>
  readonly #known: ReadonlySet<string>
  readonly #onRead: OnRead
  readonly #isBaseline: boolean
  /** What is known is read whatever else there is to read. */
  readonly #bytes = { known: 0, new: 0 }
  #newFiles = 0
  #newPaths = 0
  #newCharacters = 0

  constructor(
    ownerOf: (uid: number) => Owner,
    hashes: Map<string, string>,
    known: ReadonlySet<string> | null,
    onRead: OnRead,
  ) {
    this.#ownerOf = ownerOf
    this.#hashes = hashes
    this.#known = known ?? NOTHING
    this.#onRead = onRead
    this.#isBaseline = known === null
  }

  visit(paths: readonly string[], below: boolean): Visit {
    return {
      paths,
      below,
      leaveOut: NOTHING,
      wants: (path, entry) => this.#wants(path, entry),
      take: (path, entry, content) => {
        const state = this.#stateOf(path, entry, content)
        if (!this.#hasRoom(path, state)) return
        this.found.set(path, { state, inode: entry.inode, ctimeNs: entry.ctimeNs })
      },
    }
  }

  #wants(path: string, entry: TreeEntry): boolean {
    if (!isReadable(entry)) return false
    // For what stands behind so many new files there is no room, and its content is not needed.
    if (this.#isNew(path) && ++this.#newFiles > NEW_PATHS_MAX) return false
    // Memory that is mapped can change without a trace in the times, so files that matter are read each time.
    if (!this.#known.has(path) && this.#hashes.has(keyOf(entry))) return false
    const kind = this.#known.has(path) ? 'known' : 'new'
    if (this.#bytes[kind] + entry.sizeBytes > WALK_BYTES_MAX) {
      this.isCut = true
      return false
    }
    this.#bytes[kind] += entry.sizeBytes
    return true
  }

  #isNew(path: string): boolean {
    return !this.#isBaseline && !this.#known.has(path)
  }

  #hasRoom(path: string, { target = '' }: FileState): boolean {
    if (!this.#isNew(path)) return true
    this.#newPaths++
    this.#newCharacters += path.length + target.length
    const hasRoom = this.#newPaths <= NEW_PATHS_MAX && this.#newCharacters <= NEW_CHARACTERS_MAX
    this.isCut ||= !hasRoom
    return hasRoom
  }

  #stateOf(path: string, entry: TreeEntry, content: Buffer | null): FileState {
    const { kind, mode } = entry
    const common = { kind, mode, owner: this.#ownerOf(entry.uid) }
    if (kind === 'file') {
      return {
        ...common,
        sizeBytes: entry.sizeBytes,
        sha256: this.#hashOf(path, entry, content),
      }
    }
    const none = { sizeBytes: null, sha256: null }
    if (kind !== 'symlink') return { ...common, ...none }
    return { ...common, ...none, target: content?.toString('utf8') ?? '' }
  }

  #hashOf(path: string, entry: TreeEntry, content: Buffer | null): string | null {
    if (!isReadable(entry)) return null
    if (content === null) {
      return this.#known.has(path) ? null : (this.#hashes.get(keyOf(entry)) ?? null)
    }
    const found = sha256(content)
    this.#onRead(path, found, content)
    if (!this.#known.has(path) && this.#hashes.size < ENTRIES_MAX) {
      this.#hashes.set(keyOf(entry), found)
    }
    return found
  }
}

/** Its own user could not read it otherwise; the record must not depend on whether the harness is root. */
function isReadable({ kind, mode, sizeBytes }: TreeEntry): boolean {
  return kind === 'file' && (mode & 0o400) !== 0 && sizeBytes <= FILE_BYTES_MAX
}

function keyOf({ inode, ctimeNs, sizeBytes }: TreeEntry): string {
  return `${inode} ${ctimeNs} ${sizeBytes}`
}
