import {
  type Credentials,
  EXECUTE,
  Inode,
  type InodeKind,
  permits,
  READ,
  ROOT,
  WRITE,
} from './inode.ts'
import { SystemError } from './system-error.ts'

/** Where a path leads: the directory that holds its last name, and what the name is now. */
export interface Location {
  readonly parent: Inode
  readonly name: string
  readonly inode: Inode | null
}

export interface FileTreeOptions {
  readonly root: Inode
  /** Bytes that files may take together. Sealed files are free. */
  readonly limitBytes: number
  /** The machine's own clock, for times of files. */
  readonly now: () => number
  readonly onFull?: () => void
}

/** What a name costs beside its bytes, so that empty files are not free. */
const NAME_BYTES = 256
const SYMLINKS_MAX = 40
const STICKY = 0o1000

/**
 * The files of one machine. Every operation is synchronous, checks modes and owners as the kernel does and throws a
 * `SystemError`. Paths are absolute.
 */
export class FileTree {
  readonly root: Inode
  readonly #limitBytes: number
  readonly #now: () => number
  readonly #onFull: () => void
  #usedBytes = 0
  #nextNumber = 1_000
  #revision = 0

  constructor(options: FileTreeOptions) {
    this.root = options.root
    this.#limitBytes = options.limitBytes
    this.#now = options.now
    this.#onFull = options.onFull ?? (() => undefined)
  }

  get usedBytes(): number {
    return this.#usedBytes
  }

  get limitBytes(): number {
    return this.#limitBytes
  }

  /** What is at the path. Follows a symbolic link at its end unless `follow` is false. */
  at(path: string, who: Credentials, follow = true): Inode {
    const { inode } = this.locate(path, who, follow)
    if (inode === null) throw new SystemError('ENOENT', path)
    return inode
  }

  /** Like `at`, with null for a path that leads nowhere or that `who` may not follow. */
  find(path: string, who: Credentials, follow = true): Inode | null {
    try {
      return this.locate(path, who, follow).inode
    } catch (error) {
      if (error instanceof SystemError) return null
      throw error
    }
  }

  locate(path: string, who: Credentials, follow: boolean): Location {
    const pending = path.split('/').reverse()
    const asDirectory = path.length > 1 && path.endsWith('/')
    const above: Inode[] = []
    let directory = this.root
    let links = 0
    for (;;) {
      const name = nextName(pending)
      if (name === undefined) return { parent: directory, name: '.', inode: directory }
      if (!directory.isDirectory) throw new SystemError('ENOTDIR', path)
      if (!permits(directory, who, EXECUTE)) throw new SystemError('EACCES', path)
      if (name.length > 255) throw new SystemError('ENAMETOOLONG', path)
      if (name === '..') {
        directory = above.pop() ?? this.root
        continue
      }
      const child = directory.child(name) ?? null
      const last = !pending.some((part) => part !== '' && part !== '.')
      if (child?.kind === 'symlink' && (!last || follow || asDirectory)) {
        if (++links > SYMLINKS_MAX) throw new SystemError('ELOOP', path)
        if (child.content.startsWith('/')) {
          directory = this.root
          above.length = 0
        }
        pending.push(...child.content.split('/').reverse())
        continue
      }
      if (last) {
        if (asDirectory && child !== null && !child.isDirectory) {
          throw new SystemError('ENOTDIR', path)
        }
        return { parent: directory, name, inode: child }
      }
      if (child === null) throw new SystemError('ENOENT', path)
      above.push(directory)
      directory = child
    }
  }

  /** The absolute path of a directory, or null when it was removed. */
  pathOf(directory: Inode): string | null {
    const names: string[] = []
    let at = directory
    while (at !== this.root) {
      // The top of the shared files stands for this tree's root; a directory without one was removed.
      if (at.parent === null) return at.sealed ? `/${names.join('/')}` : null
      names.unshift(at.name)
      at = at.parent
    }
    return `/${names.join('/')}`
  }

  /** The path without links and dots. */
  realpath(path: string, who: Credentials): string {
    const { parent, name, inode } = this.locate(path, who, true)
    if (inode === null) throw new SystemError('ENOENT', path)
    const directory = inode.isDirectory ? this.pathOf(inode) : this.pathOf(parent)
    if (directory === null) throw new SystemError('ENOENT', path)
    if (inode.isDirectory) return directory
    return directory === '/' ? `/${name}` : `${directory}/${name}`
  }

  readdir(path: string, who: Credentials): [string, Inode][] {
    const inode = this.at(path, who)
    if (!inode.isDirectory) throw new SystemError('ENOTDIR', path)
    if (!permits(inode, who, READ)) throw new SystemError('EACCES', path)
    return [...inode.children()]
  }

  read(path: string, who: Credentials): string {
    const inode = this.at(path, who)
    if (inode.isDirectory) throw new SystemError('EISDIR', path)
    if (!permits(inode, who, READ)) throw new SystemError('EACCES', path)
    return inode.read()
  }

  /**
   * Opens for writing: the file at the path, or a new one with `mode` less the umask. `exclusive` refuses what exists.
   */
  openForWriting(
    path: string,
    who: Credentials,
    options: { mode?: number; exclusive?: boolean; create?: boolean; reading?: boolean } = {},
  ): Inode {
    const { parent, name, inode } = this.locate(path, who, !options.exclusive)
    if (inode === null) {
      if (options.create === false) throw new SystemError('ENOENT', path)
      if (path.endsWith('/')) throw new SystemError('EISDIR', path)
      return this.#create(parent, name, who, {
        kind: 'file',
        mode: (options.mode ?? 0o666) & ~who.umask,
        path,
      })
    }
    if (options.exclusive) throw new SystemError('EEXIST', path)
    if (inode.isDirectory) throw new SystemError('EISDIR', path)
    if (!permits(inode, who, options.reading ? WRITE | READ : WRITE)) {
      throw new SystemError('EACCES', path)
    }
    return inode
  }

  /** Replaces all bytes of an opened file. */
  setContent(inode: Inode, content: string, path = ''): void {
    if (inode.kind === 'device') return
    if (inode.sealed) throw new SystemError('EACCES', path)
    this.#charge(content.length - inode.content.length, path)
    inode.content = content
    this.#written(inode)
  }

  write(path: string, content: string, who: Credentials, mode = 0o666): Inode {
    const inode = this.openForWriting(path, who, { mode })
    this.setContent(inode, content, path)
    return inode
  }

  mkdir(path: string, who: Credentials, mode = 0o777): Inode {
    const { parent, name, inode } = this.locate(path, who, false)
    if (inode !== null) throw new SystemError('EEXIST', path)
    return this.#create(parent, name, who, { kind: 'directory', mode: mode & ~who.umask, path })
  }

  symlink(target: string, path: string, who: Credentials): Inode {
    const { parent, name, inode } = this.locate(path, who, false)
    if (inode !== null) throw new SystemError('EEXIST', path)
    return this.#create(parent, name, who, { kind: 'symlink', mode: 0o777, path, content: target })
  }

  link(existing: string, path: string, who: Credentials, follow = false): void {
    const source = this.at(existing, who, follow)
    if (source.isDirectory) throw new SystemError('EPERM', existing)
    if (source.sealed) throw new SystemError('EXDEV', existing)
    // Debian protects hard links: only to files one owns or may both read and write.
    if (who.uid !== 0 && source.uid !== who.uid && !permits(source, who, READ | WRITE)) {
      throw new SystemError('EPERM', existing)
    }
    const { parent, name, inode } = this.locate(path, who, false)
    if (inode !== null) throw new SystemError('EEXIST', path)
    this.#checkDirectory(parent, who, path)
    this.#charge(NAME_BYTES, path)
    parent.attach(name, source)
    this.#touchAttributes(source)
    this.#directoryChanged(parent)
  }

  unlink(path: string, who: Credentials): void {
    const { parent, name, inode } = this.locate(path, who, false)
    if (inode === null) throw new SystemError('ENOENT', path)
    if (inode.isDirectory) throw new SystemError('EISDIR', path)
    this.#checkRemoval(parent, inode, who, path)
    this.#remove(parent, name, inode)
  }

  rmdir(path: string, who: Credentials): void {
    const { parent, name, inode } = this.locate(path, who, false)
    if (inode === null) throw new SystemError('ENOENT', path)
    if (!inode.isDirectory) throw new SystemError('ENOTDIR', path)
    if (name === '.' || inode === this.root) throw new SystemError('EINVAL', path)
    this.#checkRemoval(parent, inode, who, path)
    if (!inode.isEmpty) throw new SystemError('ENOTEMPTY', path)
    this.#remove(parent, name, inode)
  }

  rename(from: string, to: string, who: Credentials): void {
    const source = this.locate(from, who, false)
    if (source.inode === null) throw new SystemError('ENOENT', from)
    if (source.name === '.') throw new SystemError('EINVAL', from)
    const target = this.locate(to, who, false)
    if (target.inode === source.inode) return
    const moved = source.inode
    if (to.endsWith('/') && target.inode === null && !moved.isDirectory) {
      throw new SystemError('ENOTDIR', to)
    }
    this.#checkRemoval(source.parent, moved, who, from)
    this.#checkDirectory(target.parent, who, to)
    if (moved.isDirectory) {
      for (let at: Inode | null = target.parent; at !== null; at = at.parent) {
        if (at === moved) throw new SystemError('EINVAL', from)
      }
      if (source.parent !== target.parent && !permits(moved, who, WRITE)) {
        throw new SystemError('EACCES', from)
      }
    }
    if (target.inode !== null) {
      if (target.inode.isDirectory && !moved.isDirectory) throw new SystemError('EISDIR', to)
      if (!target.inode.isDirectory && moved.isDirectory) throw new SystemError('ENOTDIR', to)
      if (!target.inode.isEmpty) throw new SystemError('ENOTEMPTY', to)
      this.#checkRemoval(target.parent, target.inode, who, to)
      this.#remove(target.parent, target.name, target.inode)
    }
    source.parent.detach(source.name)
    target.parent.attach(target.name, moved)
    this.#touchAttributes(moved)
    this.#directoryChanged(source.parent)
    this.#directoryChanged(target.parent)
  }

  chmod(path: string, mode: number, who: Credentials): void {
    const inode = this.at(path, who)
    if (who.uid !== 0 && inode.uid !== who.uid) throw new SystemError('EPERM', path)
    if (inode.sealed) throw new SystemError('EPERM', path)
    inode.mode = mode & 0o7777
    this.#touchAttributes(inode)
  }

  /** Only the system may give files away; an owner may set the owner that the file has. */
  chown(
    path: string,
    owner: { uid?: number; gid?: number },
    who: Credentials,
    follow = true,
  ): void {
    const inode = this.at(path, who, follow)
    const changesNothing =
      (owner.uid === undefined || owner.uid === inode.uid) &&
      (owner.gid === undefined || owner.gid === inode.gid || owner.gid === who.gid)
    if (who.uid !== 0 && !(inode.uid === who.uid && changesNothing)) {
      throw new SystemError('EPERM', path)
    }
    inode.uid = owner.uid ?? inode.uid
    inode.gid = owner.gid ?? inode.gid
    this.#touchAttributes(inode)
  }

  utimes(path: string, modifiedMs: number, who: Credentials, follow = true): void {
    const inode = this.at(path, who, follow)
    if (inode.kind === 'device') return
    if (inode.sealed) throw new SystemError('EACCES', path)
    if (who.uid !== 0 && inode.uid !== who.uid && !permits(inode, who, WRITE)) {
      throw new SystemError('EACCES', path)
    }
    inode.modifiedMs = modifiedMs
    this.#touchAttributes(inode)
  }

  /** Makes the directories down to `path` writable for the harness: sealed ones are replaced by copies. */
  openSealed(path: string): Inode {
    let directory = this.root
    for (const name of path.split('/').filter(Boolean)) {
      let child = directory.child(name)
      if (child?.kind === 'symlink') {
        return this.openSealed(this.realpath(path, ROOT))
      }
      if (child === undefined) {
        child = this.#create(directory, name, ROOT, { kind: 'directory', mode: 0o755, path })
      } else if (child.sealed) {
        const copy = this.#copy(child)
        for (const [inner, inode] of child.children()) copy.attach(inner, inode)
        directory.detach(name)
        directory.attach(name, copy)
        child = copy
      }
      directory = child
    }
    return directory
  }

  /** A tree of its own with the same files; hard links stay hard links. Sealed files are shared. */
  clone(options: { now: () => number; onFull?: () => void }): FileTree {
    const copies = new Map<Inode, Inode>()
    const root = this.#deepCopy(this.root, copies)
    const tree = new FileTree({ root, limitBytes: this.#limitBytes, ...options })
    tree.#usedBytes = this.#usedBytes
    tree.#nextNumber = this.#nextNumber
    tree.#revision = this.#revision
    return tree
  }

  #deepCopy(inode: Inode, copies: Map<Inode, Inode>): Inode {
    if (inode.sealed) return inode
    const known = copies.get(inode)
    if (known !== undefined) return known
    const copy = this.#copy(inode, inode.number)
    copies.set(inode, copy)
    for (const [name, child] of inode.children()) copy.attach(name, this.#deepCopy(child, copies))
    return copy
  }

  #copy(inode: Inode, number = this.#nextNumber++): Inode {
    const { kind, mode, uid, gid, content, modifiedMs } = inode
    const copy = new Inode({ number, kind, mode, uid, gid, content, modifiedMs })
    copy.revision = inode.revision
    return copy
  }

  #create(
    parent: Inode,
    name: string,
    who: Credentials,
    init: { kind: InodeKind; mode: number; path: string; content?: string },
  ): Inode {
    if (name === '.' || name === '') throw new SystemError('EEXIST', init.path)
    this.#checkDirectory(parent, who, init.path)
    const content = init.content ?? ''
    this.#charge(NAME_BYTES + content.length, init.path)
    const { kind, mode } = init
    const inode = new Inode({
      number: this.#nextNumber++,
      kind,
      mode,
      uid: who.uid,
      gid: who.gid,
      content,
      modifiedMs: this.#now(),
    })
    inode.revision = ++this.#revision
    parent.attach(name, inode)
    this.#directoryChanged(parent)
    return inode
  }

  #remove(parent: Inode, name: string, inode: Inode): void {
    parent.detach(name)
    this.#usedBytes -= NAME_BYTES
    if (inode.links === 0) this.#usedBytes -= inode.content.length
    else this.#touchAttributes(inode)
    this.#directoryChanged(parent)
  }

  #checkDirectory(directory: Inode, who: Credentials, path: string): void {
    if (!directory.isDirectory) throw new SystemError('ENOTDIR', path)
    if (directory.sealed) throw new SystemError('EACCES', path)
    if (!permits(directory, who, WRITE | EXECUTE)) throw new SystemError('EACCES', path)
    if (directory.links === 0 && directory !== this.root) throw new SystemError('ENOENT', path)
  }

  #checkRemoval(parent: Inode, inode: Inode, who: Credentials, path: string): void {
    this.#checkDirectory(parent, who, path)
    const sticky = (parent.mode & STICKY) !== 0
    if (sticky && who.uid !== 0 && who.uid !== inode.uid && who.uid !== parent.uid) {
      throw new SystemError('EPERM', path)
    }
  }

  #charge(bytes: number, path: string): void {
    if (bytes > 0 && this.#usedBytes + bytes > this.#limitBytes) {
      this.#onFull()
      throw new SystemError('ENOSPC', path)
    }
    this.#usedBytes += bytes
  }

  #written(inode: Inode): void {
    inode.modifiedMs = this.#now()
    inode.revision = ++this.#revision
  }

  #touchAttributes(inode: Inode): void {
    inode.revision = ++this.#revision
  }

  // A directory's own revision is that of its attributes and its place: what stands in it is seen by itself.
  #directoryChanged(directory: Inode): void {
    directory.modifiedMs = this.#now()
  }
}

function nextName(pending: string[]): string | undefined {
  for (;;) {
    const name = pending.pop()
    if (name !== '' && name !== '.') return name
  }
}
