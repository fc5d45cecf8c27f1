import { existsSync, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { RUN_FILE_ENDING } from '../../store/run-file-name.ts'
import { printable } from '../../support/choices.ts'
import { HarnessError, UsageError } from '../../support/errors.ts'

/** Names of the runs of a folder: their files', without the ending. @throws UsageError where the folder cannot be read (any more) */
export function runNames(folder: string): string[] {
  return filesIn(folder)
    .filter((file) => file.endsWith(RUN_FILE_ENDING) && !file.startsWith('.'))
    .map((file) => file.slice(0, -RUN_FILE_ENDING.length))
    .toSorted()
}

/** The files and folders of a folder, by name. @throws UsageError where it cannot be read */
export function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    throw folderProblem(folder, error)
  }
}

/** The file of a run that the folder holds now. Null for anything else: a name that leads out of the folder is none of its runs. */
export function runFile(folder: string, name: string): string | null {
  if (name === '' || name.startsWith('.') || /[/\\\0]/.test(name)) return null
  const file = join(folder, `${name}${RUN_FILE_ENDING}`)
  return existsSync(file) ? file : null
}

/** Whether a file of the folder is a link whose end is not there: what it named has been moved or deleted. */
export function leadsNowhere(folder: string, name: string): boolean {
  const file = join(folder, `${name}${RUN_FILE_ENDING}`)
  const entry = lstatSync(file, { throwIfNoEntry: false })
  return entry?.isSymbolicLink() === true && !existsSync(file)
}

/**
 * Another word whenever a file has been written to, by a look at its entry in the folder alone. Null: it is gone. The log that
 * stands beside a run while it is written changes with it.
 */
export function fileStamp(file: string): string | null {
  try {
    const entry = lstatSync(file, { bigint: true })
    // Where a path leads is looked up for links alone: a folder of many runs is looked at each second.
    const real = entry.isSymbolicLink() ? realpathSync(file) : file
    const { ino, size, mtimeNs } = real === file ? entry : statSync(real, { bigint: true })
    const log = statSync(`${real}-wal`, { bigint: true, throwIfNoEntry: false })
    return [ino, size, mtimeNs, log?.ino, log?.size, log?.mtimeNs].join(' ')
  } catch {
    // Whatever keeps us from looking at it keeps us from reading it, and there the reason is told.
    return null
  }
}

function folderProblem(folder: string, error: unknown): Error {
  const { code, message } = error as NodeJS.ErrnoException // Node's file functions throw nothing else.
  const action = `Cannot show the runs in "${printable(folder)}"`
  switch (code) {
    case 'ENOENT':
      return new UsageError(`${action}: there is no such folder`, {
        hint: '`offswitch run` makes the folder "runs" with its first run; another one is shown by `offswitch view DIR`.',
        pageHint:
          'The folder was there when this page was opened: it has been moved or removed since.',
        cause: error,
      })
    case 'ENOTDIR':
      return new UsageError(`${action}: it is not a folder`, {
        hint: 'Name the folder that the run’s file stands in.',
        cause: error,
      })
    case 'EACCES':
    case 'EPERM':
      return new UsageError(`${action}: no permission to read it`, { cause: error })
    default:
      return new HarnessError(`${action}: ${printable(message)}`, { source: 'store', cause: error })
  }
}
