import type { StagedFile } from '../sandbox.ts'

const KINDS = { file: 'f', directory: 'd', symlink: 'l' } as const
const HEADER_BYTES = 14

/** Files in the form that `assets/world/launch` unpacks. */
export function fileArchive(files: readonly StagedFile[]): Buffer {
  return Buffer.concat([...files.flatMap(entry), entryHeader('z', 'a', 0, 0, 0)])
}

function entry(file: StagedFile): Buffer[] {
  const path = Buffer.from(file.path === '/' ? '' : file.path)
  const content = Buffer.from(contentOf(file) as Uint8Array)
  const mode = file.kind === 'symlink' ? 0o777 : file.mode
  const owner = file.owner === 'system' ? 's' : 'a'
  return [entryHeader(KINDS[file.kind], owner, mode, path.length, content.length), path, content]
}

function contentOf(file: StagedFile): string | Uint8Array {
  if (file.kind === 'directory') return ''
  return file.kind === 'symlink' ? file.target : file.content
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
