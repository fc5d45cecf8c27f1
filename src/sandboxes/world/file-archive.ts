import type { StagedFile } from '../sandbox.ts'

const KINDS = { file: 'f', directory: 'd', symlink: 'l' } as const
const HEADER_BYTES = 14

/** Larger pieces stand by themselves: there need be no second copy of them. */
const JOINED_BYTES_MAX = 1024 * 1024

/** Files in the form that `assets/world/unpack` takes, in pieces that follow each other. */
export function fileArchive(files: readonly StagedFile[]): Buffer[] {
  const archive: Buffer[] = []
  let joined: Buffer[] = []
  const join = (): void => {
    archive.push(Buffer.concat(joined))
    joined = []
  }
  for (const piece of [...files.flatMap(entry), entryHeader('z', 'a', 0, 0, 0)]) {
    if (piece.length <= JOINED_BYTES_MAX) {
      joined.push(piece)
      continue
    }
    join()
    archive.push(piece)
  }
  join()
  return archive
}

function entry(file: StagedFile): Buffer[] {
  const path = Buffer.from(file.path === '/' ? '' : file.path)
  const content = contentOf(file)
  const mode = file.kind === 'symlink' ? 0o777 : file.mode
  const owner = file.owner === 'system' ? 's' : 'a'
  return [entryHeader(KINDS[file.kind], owner, mode, path.length, content.length), path, content]
}

function contentOf(file: StagedFile): Buffer {
  if (file.kind === 'directory') return Buffer.alloc(0)
  const content = file.kind === 'symlink' ? file.target : file.content
  if (typeof content === 'string') return Buffer.from(content)
  return Buffer.from(content.buffer, content.byteOffset, content.byteLength)
}

function entryHeader(
  kind: string,
  owner: string,
  mode: number,
  pathBytes: number,
  contentBytes: number,
): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  header.write(kind + owner, 'latin1')
  header.writeUInt32BE(mode, 2)
  header.writeUInt32BE(pathBytes, 6)
  header.writeUInt32BE(contentBytes, 10)
  return header
}
