import {
  DEPTH_MAX,
  ENTRIES_MAX,
  type TreeEntry,
  type TreeReader,
  type Visit,
  type Visited,
} from '../world/tree-reader.ts'
import type { ObservedWorld } from './observed-world.ts'
import { WordReader, word } from './observer-words.ts'

/** Nothing is closed to the observer, which may search and read whatever there is. */
const NOTHING_LEFT_OUT: Visited = { isCut: false, closed: [] }
/** Of files that are read together. One that is larger is read alone. */
const BATCH_BYTES = 8 * 1024 * 1024

interface Seen {
  /** As it stands in the world, whatever its bytes are. */
  readonly name: Buffer
  readonly path: string
  readonly entry: TreeEntry
  readonly target: Buffer
}

/** A world's files through the observer, which holds its root open: they stay readable after the world has died. */
export class ObservedTreeReader implements TreeReader {
  readonly places: readonly string[]
  readonly #world: ObservedWorld

  constructor(world: ObservedWorld, places: readonly string[]) {
    this.#world = world
    this.places = places
  }

  close(): void {
    this.#world.letGo()
  }

  async visit(visit: Visit): Promise<Visited> {
    if (visit.paths.length === 0) return NOTHING_LEFT_OUT
    const answer = new WordReader(
      await this.#world.ask(
        'V',
        word.byte(visit.below ? 1 : 0),
        word.number(ENTRIES_MAX),
        word.number(DEPTH_MAX),
        word.list(visit.paths.map(word.text)),
        word.list([...visit.leaveOut].map(word.text)),
      ),
    )
    const isCut = answer.byte() === 1
    const seen: Seen[] = []
    while (!answer.isAtEnd) seen.push(readSeen(answer))
    const wanted = seen.filter(
      ({ path, entry }) => entry.kind === 'file' && visit.wants(path, entry),
    )
    let handed = 0
    for (const batch of [...inBatches(wanted), []]) {
      // What was read is handed on before more is: a hundred megabytes need not lie in memory together.
      const contents = await this.#read(batch)
      const last = batch.at(-1)
      const until = last === undefined ? seen.length : seen.indexOf(last, handed) + 1
      for (const one of seen.slice(handed, until)) {
        const { path, entry, target } = one
        visit.take(path, entry, entry.kind === 'symlink' ? target : (contents.get(one) ?? null))
      }
      handed = until
    }
    return { ...NOTHING_LEFT_OUT, isCut }
  }

  async freeBytes(): Promise<number> {
    const answer = new WordReader(await this.#world.ask('F', word.list(this.places.map(word.text))))
    let least = Number.POSITIVE_INFINITY
    while (!answer.isAtEnd) {
      const bytes = answer.long()
      const files = answer.long()
      const countsFiles = answer.byte() === 1
      least = Math.min(least, countsFiles && files === 0 ? 0 : bytes)
    }
    return least
  }

  async #read(batch: readonly Seen[]): Promise<Map<Seen, Buffer>> {
    const contents = new Map<Seen, Buffer>()
    if (batch.length === 0) return contents
    const files = batch.map(({ name, entry }) =>
      Buffer.concat([word.text(name), word.number(entry.sizeBytes)]),
    )
    const answer = new WordReader(await this.#world.ask('R', word.list(files)))
    for (const one of batch) {
      if (answer.byte() === '+'.charCodeAt(0)) contents.set(one, answer.bytes())
    }
    return contents
  }
}

function inBatches(wanted: readonly Seen[]): Seen[][] {
  const batches: Seen[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const one of wanted) {
    bytes += one.entry.sizeBytes
    if (bytes > BATCH_BYTES) {
      batches.push([])
      bytes = one.entry.sizeBytes
    }
    batches.at(-1)?.push(one)
  }
  return batches
}

/** File types of stat(2). */
const KINDS: Readonly<Record<number, TreeEntry['kind']>> = {
  0o100000: 'file',
  0o040000: 'directory',
  0o120000: 'symlink',
}

function readSeen(answer: WordReader): Seen {
  const name = Buffer.from(answer.bytes())
  // As the kernel has them; all processors whose system calls are known put the little end first.
  const uid = answer.raw(4).readUInt32LE()
  const mode = answer.raw(2).readUInt16LE()
  const numbers = answer.raw(16)
  const changed = answer.raw(12)
  const device = answer.raw(8).readBigUInt64LE()
  const entry: TreeEntry = {
    kind: KINDS[mode & 0o170000] ?? 'other',
    mode: mode & 0o7777,
    uid,
    sizeBytes: Number(numbers.readBigUInt64LE(8)),
    // Each place is a file system of its own and counts its files for itself.
    inode: (device << 64n) | numbers.readBigUInt64LE(0),
    ctimeNs: changed.readBigInt64LE(0) * 1_000_000_000n + BigInt(changed.readUInt32LE(8)),
  }
  return { name, path: name.toString('utf8'), entry, target: Buffer.from(answer.bytes()) }
}
