import { readFile, stat } from 'node:fs/promises'
import { printable } from './choices.ts'
import { UsageError } from './errors.ts'

/**
 * Reads a small text file that a user named.
 *
 * @param options.what what the file is to the user, for messages: `script`, `study`
 * @throws UsageError for a file that is missing, not a regular file, unreadable, larger than `bytesMax` or not UTF-8
 */
export async function readTextFile(
  path: string,
  options: { readonly what: string; readonly bytesMax: number },
): Promise<string> {
  const bytes = await readBytes(path, options)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
  } catch {
    // The decoder says that a byte is wrong, not which: that is looked for below.
    throw new UsageError(`${printable(path)}:${placeOfBadByte(bytes)}: this is not UTF-8 text`)
  }
}

async function readBytes(
  path: string,
  { what, bytesMax }: { readonly what: string; readonly bytesMax: number },
): Promise<Buffer> {
  const cannot = (why: string, cause?: unknown): UsageError =>
    new UsageError(`Cannot read ${what} file "${printable(path)}": ${why}`, { cause })
  if (path === '') throw new UsageError(`Cannot read ${what} file: no path was given`)
  try {
    // Looked at before it is opened: opening a named pipe would wait for somebody to write.
    const { size, isFile, isDirectory } = await stateOf(path)
    if (isDirectory) throw cannot('it is a folder')
    if (!isFile) throw cannot('it is not a regular file')
    if (size > bytesMax) throw cannot(`it has ${size} bytes, and at most ${bytesMax} are read`)
    return await readFile(path)
  } catch (error) {
    throw error instanceof UsageError ? error : cannot(reasonOf(error), error)
  }
}

async function stateOf(
  path: string,
): Promise<{ size: number; isFile: boolean; isDirectory: boolean }> {
  const state = await stat(path)
  return { size: state.size, isFile: state.isFile(), isDirectory: state.isDirectory() }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return REASONS[code] ?? printable(error instanceof Error ? error.message : String(error))
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'part of its path is not a folder',
  EACCES: 'reading it is not permitted',
  EPERM: 'reading it is not permitted',
  ELOOP: 'its symbolic links go in a circle',
  ENAMETOOLONG: 'its name is too long',
  ERR_INVALID_ARG_VALUE: 'its name contains a null character',
}

/** `line:column` of the first byte that is not UTF-8: up to there, decoding and encoding again gives the same bytes. */
function placeOfBadByte(bytes: Buffer): string {
  const again = Buffer.from(bytes.toString('utf8'))
  let bad = 0
  while (bad < bytes.length && bytes[bad] === again[bad]) bad++
  const before = bytes.subarray(0, bad).toString('utf8').split('\n')
  return `${before.length}:${(before.at(-1) ?? '').length + 1}`
}
