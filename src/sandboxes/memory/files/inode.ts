export type InodeKind = 'file' | 'directory' | 'symlink' | 'device'

/** Who asks: the user the process runs as, and the bits its new files do not get. */
export interface Credentials {
  readonly uid: number
  readonly gid: number
  readonly umask: number
}

export const READ = 4
export const WRITE = 2
export const EXECUTE = 1

/** The harness and the system's own files. */
export const ROOT: Credentials = { uid: 0, gid: 0, umask: 0 }
/** The user id of the agent, as of the first person's account on a Debian machine. */
export const AGENT_UID = 1000

export interface InodeInit {
  readonly number: number
  readonly kind: InodeKind
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly content?: string
  readonly modifiedMs: number
}

/** One file, directory, symbolic link or device. Several names may lead to one file: that is a hard link. */
export class Inode {
  readonly number: number
  readonly kind: InodeKind
  mode: number
  uid: number
  gid: number
  /** Names that lead here. */
  links = 0
  /** Bytes of a file (one character each), target of a link, name of a device. */
  content: string
  modifiedMs: number
  /** Grows with every write, change of attributes, rename and link, like a ctime that cannot be set. */
  revision = 0
  #sealed = false
  /** Where a directory hangs; null for the root, and for one that was removed. */
  parent: Inode | null = null
  /** A directory's name in its parent. */
  name = ''
  readonly #entries: Map<string, Inode> | null

  constructor(init: InodeInit) {
    this.number = init.number
    this.kind = init.kind
    this.mode = init.mode
    this.uid = init.uid
    this.gid = init.gid
    this.content = init.content ?? ''
    this.modifiedMs = init.modifiedMs
    this.#entries = init.kind === 'directory' ? new Map() : null
  }

  /** Shared between machines, so never changed: the tree copies it before the harness writes to it. */
  get sealed(): boolean {
    return this.#sealed
  }

  /** Seals this and everything below, for good. */
  seal(): void {
    this.#sealed = true
    for (const child of this.#entries?.values() ?? []) child.seal()
  }

  get isDirectory(): boolean {
    return this.kind === 'directory'
  }

  /** A file's bytes. Files whose content is made on reading override it. */
  read(): string {
    return this.kind === 'device' ? '' : this.content
  }

  child(name: string): Inode | undefined {
    return this.#entries?.get(name)
  }

  /** Names and inodes of a directory, in the order they came. */
  children(): Iterable<[string, Inode]> {
    return this.#entries ?? []
  }

  get isEmpty(): boolean {
    return this.#entries === null || this.#entries.size === 0
  }

  attach(name: string, inode: Inode): void {
    this.#entries?.set(name, inode)
    if (inode.#sealed) return
    inode.links++
    if (inode.isDirectory) {
      inode.parent = this
      inode.name = name
    }
  }

  detach(name: string): void {
    const inode = this.#entries?.get(name)
    if (inode === undefined) return
    this.#entries?.delete(name)
    if (inode.#sealed) return
    inode.links--
    if (inode.isDirectory && inode.parent === this && inode.name === name) inode.parent = null
  }
}

/** Whether the mode lets `who` do all of `wanted` (an or of READ, WRITE, EXECUTE). */
export function permits(inode: Inode, who: Credentials, wanted: number): boolean {
  if (who.uid === 0) {
    if ((wanted & EXECUTE) === 0 || inode.isDirectory) return true
    return (inode.mode & 0o111) !== 0
  }
  return (effectiveBits(inode, who) & wanted) === wanted
}

/** The three bits that hold for `who`. */
export function effectiveBits(inode: Inode, who: Credentials): number {
  if (inode.uid === who.uid) return (inode.mode >> 6) & 7
  if (inode.gid === who.gid) return (inode.mode >> 3) & 7
  return inode.mode & 7
}
