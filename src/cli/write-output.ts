import { rename, rm, writeFile } from 'node:fs/promises'
import { printable } from '../support/choices.ts'
import { UsageError } from '../support/errors.ts'
import type { CommandContext } from './command-context.ts'

/** Writes a report to standard output, or whole to a file. @throws UsageError where the file cannot be written */
export async function writeOutput(
  { stdout, redact }: Pick<CommandContext, 'stdout' | 'redact'>,
  pieces: Iterable<string> | AsyncIterable<string>,
  file: string | undefined,
): Promise<void> {
  if (file !== undefined) return writeWhole(file, redacted(redact, pieces))
  for await (const piece of pieces) stdout.write(piece)
}

/** As what goes to standard output is. */
async function* redacted(
  redact: CommandContext['redact'],
  pieces: Iterable<string> | AsyncIterable<string>,
): AsyncGenerator<string> {
  for await (const piece of pieces) yield redact(piece)
}

/** Beside the file first, so that it is there whole or as it was. */
async function writeWhole(file: string, pieces: AsyncIterable<string>): Promise<void> {
  const draft = `${file}.${process.pid}.new`
  try {
    await writeFile(draft, pieces)
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true })
    if (!(error instanceof Error) || !('code' in error)) throw error
    const reason = REASONS[String(error.code)] ?? printable(error.message)
    throw new UsageError(`Cannot write report "${printable(file)}": ${reason}`, { cause: error })
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'no permission to write there',
  EISDIR: 'it is a folder',
  ENOENT: 'its folder does not exist',
  ENOSPC: 'no space left on its disk',
  ENOTDIR: 'part of its path is not a folder',
  EPERM: 'no permission to write there',
  EROFS: 'its disk is read-only',
}
