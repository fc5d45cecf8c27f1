import type { FileState } from '../../records/evidence.ts'

/** Entries of one walk. Beyond them a directory is not looked into: a hundred thousand files must not hold up a trial. */
export const ENTRIES_MAX = 20_000
/** Each level holds a directory open. */
export const DEPTH_MAX = 64
/** Longer paths can be named to the kernel only piece by piece; twenty thousand of them would fill the harness's memory. */
export const PATH_MAX = 4_096

/** What the kernel says of one name in a world, its link not followed. */
export interface TreeEntry {
  readonly kind: Exclude<FileState['kind'], 'absent'>
  readonly mode: number
  readonly uid: number
  readonly sizeBytes: number
  /** Of this file alone, also where a world has more than one file system. */
  readonly inode: bigint
  /** When it was last changed in any way, in nanoseconds: nothing inside can set that. */
  readonly ctimeNs: bigint
}

/** One look at a world. */
export interface Visit {
  /** Each is visited once, whether it is named or stands below another. */
  readonly paths: readonly string[]
  /** Whether what stands in directories is visited as well. */
  readonly below: boolean
  /** These are passed over, with what stands in them. */
  readonly leaveOut: ReadonlySet<string>
  /** Asked of every regular file; its content is read if so. */
  wants(path: string, entry: TreeEntry): boolean
  /** Told of every entry, outer ones first. `content`: of a file, null where it is not wanted or cannot be read; of a link, where it leads. */
  take(path: string, entry: TreeEntry, content: Buffer | null): void
}

export interface Visited {
  /** There was more than one walk takes. */
  readonly isCut: boolean
  /** What could not be looked at, or into, because its owner has closed it or a directory above. */
  readonly closed: readonly string[]
}

/**
 * Reads a world's files from outside, also after its death. Nothing inside is trusted: every step goes from an open directory to
 * one name in it and follows no link, so that none the agent lays leads out; nothing but regular files and directories is opened.
 */
export interface TreeReader {
  /** Directories below which all stands that can be changed from inside. */
  readonly places: readonly string[]
  visit(visit: Visit): Promise<Visited>
  /** Room that is left for files, where there is least of it; 0 as well where no more files can be made, however small. */
  freeBytes(): Promise<number>
  close(): void
}
