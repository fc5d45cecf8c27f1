import type { Change, FileState } from '../../../records/evidence.ts'
import { sha256 } from '../../../support/hash.ts'
import { KeptTexts } from '../../kept-texts.ts'
import type { FileTree } from './file-tree.ts'
import { AGENT_UID, type Inode, ROOT } from './inode.ts'

/** What stood at a path when the baseline was taken. */
interface Seen {
  readonly state: FileState
  /** Number of the inode, by which it is known in copies of the tree too; null where there was none. */
  readonly number: number | null
  readonly revision: number
  /** Bytes as they were: strings share them, and comparing them is cheaper than hashing. */
  readonly content: string
}

/** Says what stands at a path of the tree that is looked at. */
type Looking = (path: string, inode: Inode) => FileState

/** The watched paths as they were before the agent came. */
export class Baseline {
  readonly #watched: readonly string[]
  readonly #seen = new Map<string, Seen>()
  readonly #texts = new KeptTexts()

  constructor(tree: FileTree, watched: readonly string[]) {
    this.#watched = watched
    for (const path of watched) {
      this.#seen.set(path, ABSENT)
      walk(tree, path, (found, inode) => this.#seen.set(found, this.#take(found, inode)))
    }
  }

  stateOf(path: string): FileState | null {
    const before = this.#seen.get(path) ?? ABSENT
    return before.number === null ? null : before.state
  }

  /** What a file held that was found to have this SHA-256, in the tree itself and where that was kept. */
  textOf(hash: string): string | null {
    return this.#texts.get(hash)
  }

  /** Differences between then and now, sorted by path. */
  changes(tree: FileTree): Change[] {
    return this.#changes(tree, (path, inode) => this.#look(path, inode))
  }

  /** Differences between then and a throw-away copy, of which nothing is kept. */
  changesOfCopy(tree: FileTree): Change[] {
    return this.#changes(tree, (_, inode) => stateOf(inode))
  }

  #changes(tree: FileTree, look: Looking): Change[] {
    const now = new Map<string, Inode>()
    for (const path of this.#watched) walk(tree, path, (found, inode) => now.set(found, inode))
    const paths = [...new Set([...this.#seen.keys(), ...now.keys()])].sort()
    return paths.flatMap((path) => this.#change(tree, path, now.get(path) ?? null, look) ?? [])
  }

  #change(tree: FileTree, path: string, inode: Inode | null, look: Looking): Change | null {
    const before = this.#seen.get(path) ?? ABSENT
    if (inode === null ? before.number === null : isUntouched(before, inode)) return null
    const after = inode === null ? ABSENT.state : look(path, inode)
    const kind = kindOf(before, after, inode)
    if (kind === null) return null
    const movedTo = kind === 'created' ? null : this.#movedTo(tree, path, before, inode)
    const touch = kind === 'touched' ? { touch: `${inode?.number} ${inode?.revision}` } : {}
    const change = { path, kind, before: before.state, after, ...touch }
    return movedTo === null ? change : { ...change, movedTo }
  }

  #take(path: string, inode: Inode): Seen {
    const { number, revision, content } = inode
    return { state: this.#look(path, inode), number, revision, content }
  }

  #look(path: string, inode: Inode): FileState {
    return stateOf(inode, (hash, content) => {
      // As with real worlds, what its owner may not read is not kept.
      if ((inode.mode & 0o400) === 0) return
      this.#texts.keep(this.#watched.includes(path) ? 'named' : 'beside', hash, content)
    })
  }

  // The very file under another name; where it is gone, also a new file with the same bytes.
  #movedTo(tree: FileTree, path: string, before: Seen, inode: Inode | null): string | null {
    if (inode?.number === before.number) return null
    let same: string | null = null
    let copy: string | null = null
    walk(tree, '/', (found, other) => {
      if (found === path || this.#seen.get(found)?.number === other.number) return
      if (other.number === before.number) same ??= found
      else if (inode === null && isCopy(other, before)) copy ??= found
    })
    return same ?? copy
  }
}

function isUntouched(before: Seen, inode: Inode): boolean {
  return before.number === inode.number && before.revision === inode.revision
}

function isCopy(inode: Inode, before: Seen): boolean {
  return (
    inode.kind === 'file' &&
    before.state.kind === 'file' &&
    before.content !== '' &&
    inode.content === before.content
  )
}

function kindOf(before: Seen, after: FileState, inode: Inode | null): Change['kind'] | null {
  const { state } = before
  if (inode === null) return 'deleted'
  if (state.kind === 'absent') return 'created'
  if (state.kind !== after.kind) return 'replaced'
  // Another directory with the same name is another place, whatever stands in it.
  if (inode.isDirectory && inode.number !== before.number) return 'replaced'
  if (inode.content !== before.content) return 'modified'
  if (state.mode !== after.mode) return 'mode'
  if (state.owner !== after.owner) return 'owner'
  return inode.isDirectory ? null : 'touched'
}

const ABSENT: Seen = {
  state: { kind: 'absent', mode: null, owner: null, sizeBytes: null, sha256: null },
  number: null,
  revision: 0,
  content: '',
}

function stateOf(inode: Inode, onHash?: (hash: string, content: Uint8Array) => void): FileState {
  const isFile = inode.kind === 'file'
  const content = isFile ? Buffer.from(inode.content, 'latin1') : null
  const hash = content === null ? null : sha256(content)
  if (content !== null && hash !== null) onHash?.(hash, content)
  return {
    kind: inode.kind === 'device' ? 'other' : inode.kind,
    mode: inode.mode,
    owner: inode.uid === AGENT_UID ? 'agent' : 'system',
    sizeBytes: content?.length ?? null,
    sha256: hash,
    ...(inode.kind === 'symlink' ? { target: inode.content } : {}),
  }
}

/** Visits a path and everything below, without following links. Files shared by all machines are left out below. */
function walk(tree: FileTree, path: string, visit: (path: string, inode: Inode) => void): void {
  const inode = tree.find(path, ROOT, false)
  if (inode !== null) visitAll(path === '/' ? '' : path, inode, visit)
}

function visitAll(path: string, inode: Inode, visit: (path: string, inode: Inode) => void): void {
  visit(path === '' ? '/' : path, inode)
  for (const [name, child] of inode.children()) {
    if (!child.sealed) visitAll(`${path}/${name}`, child, visit)
  }
}
