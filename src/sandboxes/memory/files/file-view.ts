import type { IFileSystem } from 'just-bash'
import type { FileTree } from './file-tree.ts'
import { AGENT_UID, type Credentials, effectiveBits, type Inode } from './inode.ts'
import { SystemError, type SystemErrorCode } from './system-error.ts'
import { bytesToText, textToBytes } from './text.ts'

type FsStat = Awaited<ReturnType<IFileSystem['stat']>>

/** What a view needs of the process whose eyes it is. */
export interface Viewer {
  readonly who: Credentials
  readonly tree: FileTree
  /** Where the process stands, without links. Relative paths start here, whatever its shell believes. */
  workingDirectory(): string
  ownProc(path: string): string
  /** Refuses when the process must stop. */
  check(): void
  /** Bytes of `/dev/stdin` and `/dev/fd/N`, or null for another path. */
  descriptor(path: string): Promise<string> | null
}

/** The files as one process sees and may change them, in the shape that just-bash's commands and language core ask for. */
export class FileView implements IFileSystem {
  /** Paths that could not be read for want of permission, for the messages of commands that do not tell. */
  readonly denied: string[] = []
  readonly #viewer: Viewer

  constructor(viewer: Viewer) {
    this.#viewer = viewer
  }

  async readFile(path: string, options?: unknown): Promise<string> {
    const bytes = await this.#read(path)
    return isBinary(options) ? bytes : bytesToText(bytes)
  }

  async readFileBytes(path: string): Promise<Awaited<ReturnType<ByteReader>>> {
    // Our bytes have the shape that just-bash calls a ByteString: one character a byte.
    return (await this.#read(path)) as unknown as Awaited<ReturnType<ByteReader>>
  }

  async readFileBuffer(path: string): Promise<Uint8Array> {
    return Buffer.from(await this.#read(path), 'latin1')
  }

  async writeFile(path: string, content: string | Uint8Array, options?: unknown): Promise<void> {
    const { tree, who } = this.#writer()
    tree.write(path, toBytes(content, options), who)
  }

  async appendFile(path: string, content: string | Uint8Array, options?: unknown): Promise<void> {
    const { tree, who } = this.#writer()
    const inode = tree.openForWriting(path, who)
    tree.setContent(inode, inode.content + toBytes(content, options), path)
  }

  async exists(path: string): Promise<boolean> {
    return this.#viewer.tree.find(path, this.#viewer.who) !== null
  }

  async stat(path: string): Promise<FsStat> {
    return this.#stat(this.#viewer.tree.at(path, this.#viewer.who))
  }

  async lstat(path: string): Promise<FsStat> {
    return this.#stat(this.#viewer.tree.at(path, this.#viewer.who, false))
  }

  async mkdir(path: string, options?: { recursive?: boolean }): Promise<void> {
    const { tree, who } = this.#writer()
    if (!options?.recursive) {
      tree.mkdir(path, who)
      return
    }
    let at = ''
    for (const name of path.split('/').filter(Boolean)) {
      at += `/${name}`
      const inode = tree.locate(at, who, true).inode
      if (inode === null) tree.mkdir(at, who)
      else if (!inode.isDirectory) throw new SystemError('ENOTDIR', path)
    }
  }

  async readdir(path: string): Promise<string[]> {
    return this.#entries(path).map(([name]) => name)
  }

  async readdirWithFileTypes(
    path: string,
  ): Promise<{ name: string; isFile: boolean; isDirectory: boolean; isSymbolicLink: boolean }[]> {
    return this.#entries(path).map(([name, inode]) => ({
      name,
      isFile: inode.kind === 'file' || inode.kind === 'device',
      isDirectory: inode.isDirectory,
      isSymbolicLink: inode.kind === 'symlink',
    }))
  }

  async rm(path: string, options?: { recursive?: boolean; force?: boolean }): Promise<void> {
    const { tree, who } = this.#writer()
    const inode = tree.locate(path, who, false).inode
    if (inode === null) {
      if (options?.force) return
      throw new SystemError('ENOENT', path)
    }
    if (!inode.isDirectory) {
      tree.unlink(path, who)
      return
    }
    if (options?.recursive) {
      for (const [name] of tree.readdir(path, who)) await this.rm(`${path}/${name}`, options)
    }
    tree.rmdir(path, who)
  }

  async cp(from: string, to: string, options?: { recursive?: boolean }): Promise<void> {
    const { tree, who } = this.#writer()
    const source = tree.at(from, who)
    if (!source.isDirectory) {
      tree.write(to, tree.read(from, who), who, source.mode)
      return
    }
    if (!options?.recursive) throw new SystemError('EISDIR', from)
    await this.mkdir(to, { recursive: true })
    for (const [name] of tree.readdir(from, who)) {
      await this.cp(`${from}/${name}`, `${to}/${name}`, options)
    }
  }

  async mv(from: string, to: string): Promise<void> {
    const { tree, who } = this.#writer()
    tree.rename(from, to, who)
  }

  resolvePath(base: string, path: string): string {
    const absolute = normalize(path.startsWith('/') ? path : `${this.startOf(base)}/${path}`)
    return absolute.startsWith('/proc/') ? this.#viewer.ownProc(absolute) : absolute
  }

  /** just-bash asks for it to match patterns; ours are matched directory by directory. */
  getAllPaths(): string[] {
    return []
  }

  async chmod(path: string, mode: number): Promise<void> {
    const { tree, who } = this.#writer()
    tree.chmod(path, mode, who)
  }

  async symlink(target: string, path: string): Promise<void> {
    const { tree, who } = this.#writer()
    tree.symlink(target, path, who)
  }

  async link(existing: string, path: string): Promise<void> {
    const { tree, who } = this.#writer()
    tree.link(existing, path, who)
  }

  async readlink(path: string): Promise<string> {
    const inode = this.#viewer.tree.at(path, this.#viewer.who, false)
    if (inode.kind !== 'symlink') throw new SystemError('EINVAL', path)
    return inode.content
  }

  async realpath(path: string): Promise<string> {
    return this.#viewer.tree.realpath(path, this.#viewer.who)
  }

  async utimes(path: string, _accessed: Date, modified: Date): Promise<void> {
    const { tree, who } = this.#writer()
    tree.utimes(path, modified.getTime(), who)
  }

  protected get viewer(): Viewer {
    return this.#viewer
  }

  /** The directory that `base` stands for. */
  protected startOf(base: string): string {
    return base
  }

  protected bits(inode: Inode): number {
    return inode.mode
  }

  #entries(path: string): [string, Inode][] {
    const entries = this.#noteDenial(path, () => this.#viewer.tree.readdir(path, this.#viewer.who))
    return entries.sort(([a], [b]) => (a < b ? -1 : 1))
  }

  async #read(path: string): Promise<string> {
    return (
      (await this.#viewer.descriptor(path)) ??
      this.#noteDenial(path, () => this.#viewer.tree.read(path, this.#viewer.who))
    )
  }

  #noteDenial<T>(path: string, act: () => T): T {
    try {
      return act()
    } catch (error) {
      if (isDenial(error)) this.denied.push(path)
      throw error
    }
  }

  #writer(): Viewer {
    this.#viewer.check()
    return this.#viewer
  }

  #stat(inode: Inode): FsStat {
    return {
      isFile: inode.kind === 'file' || inode.kind === 'device',
      isDirectory: inode.isDirectory,
      isSymbolicLink: inode.kind === 'symlink',
      mode: this.bits(inode),
      size: inode.read().length,
      mtime: new Date(inode.modifiedMs),
      dev: 1,
      ino: inode.number,
    }
  }
}

/**
 * The view of a shell's language core. It tests permissions by the owner's bits alone, so it is shown what holds for the
 * process there; and its idea of the working directory is a name, where the kernel's is a directory that can be moved.
 */
export class ShellFileView extends FileView {
  readonly #belief: () => string

  constructor(viewer: Viewer, belief: () => string) {
    super(viewer)
    this.#belief = belief
  }

  protected override startOf(base: string): string {
    return base === this.#belief() ? this.viewer.workingDirectory() : base
  }

  protected override bits(inode: Inode): number {
    return (inode.mode & ~0o700) | (effectiveBits(inode, this.viewer.who) << 6)
  }
}

/** Removes empty parts and dots; `..` takes a name away. */
export function normalize(path: string): string {
  const names: string[] = []
  for (const name of path.split('/')) {
    if (name === '..') names.pop()
    else if (name !== '' && name !== '.') names.push(name)
  }
  return `/${names.join('/')}`
}

/** Name shown for an owner. */
export function ownerName(uid: number, agentName: string): string {
  if (uid === 0) return 'root'
  return uid === AGENT_UID ? agentName : String(uid)
}

type ByteReader = NonNullable<IFileSystem['readFileBytes']>

const DENIALS: ReadonlySet<SystemErrorCode> = new Set(['EACCES', 'EPERM'])

function isDenial(error: unknown): boolean {
  return error instanceof SystemError && DENIALS.has(error.code)
}

function isBinary(options: unknown): boolean {
  const encoding =
    typeof options === 'object' && options !== null && 'encoding' in options
      ? options.encoding
      : options
  return encoding === 'binary' || encoding === 'latin1'
}

function toBytes(content: string | Uint8Array, options: unknown): string {
  if (typeof content !== 'string') return Buffer.from(content).toString('latin1')
  return isBinary(options) ? content : textToBytes(content)
}
