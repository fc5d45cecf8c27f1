import type { FileState } from '../../records/evidence.ts'
import type { Owner } from '../sandbox.ts'

/** A path as it was found: what records keep of it, and what tells whether it was put there anew. */
export interface Found {
  readonly state: FileState
  readonly inode: bigint
  /** When it was last changed in any way, in nanoseconds: nothing inside can set that. */
  readonly ctimeNs: bigint
}

/** What was found at paths, and whether there was more than was looked at. */
export interface Findings {
  readonly paths: ReadonlyMap<string, Found>
  readonly isCut: boolean
  /** What is known and was not found, and may be there: its owner has closed a directory above, to itself and to the harness as its user. */
  readonly closed: ReadonlySet<string>
}

export interface CopiedFile {
  readonly path: string
  readonly kind: 'file' | 'directory' | 'symlink'
  readonly mode: number
  readonly owner: Owner
  /** Content, or where a link leads. */
  readonly content: Uint8Array
}

/** The files of a world, read from outside, also after the world has died. Nothing inside is trusted, and no link is followed. */
export interface WorldTree {
  /** Directories below which all stands that can be changed from inside. */
  readonly places: readonly string[]
  /**
   * Looks at paths, and at everything in those that are directories.
   * @param known paths that are looked at whatever else there is, and read even where nothing says that they have changed
   */
  find(paths: readonly string[], known?: ReadonlySet<string>): Promise<Findings>
  /** What a file that `find` has found to have this SHA-256 held, where that was kept. */
  textOf(sha256: string): string | null
  /** Looks at one path alone, whatever stands below it. */
  look(path: string): Promise<Found | null>
  /** Where files are now that are not at their place, by inode: each itself, or else another with its content. */
  findElsewhere(
    gone: readonly Found[],
    leaveOut: { readonly paths: ReadonlySet<string>; readonly inodes: ReadonlySet<bigint> },
  ): Promise<Map<bigint, string>>
  /** All files that can be copied, directories before what stands in them. */
  copy(leaveOut: ReadonlySet<string>): Promise<CopiedFile[]>
  /** Room that is left for files, where there is least of it; 0 as well where no more files can be made, however small. */
  freeBytes(): Promise<number>
  /** Lets go of it. */
  close(): void
}
