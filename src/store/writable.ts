import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { HarnessError, UsageError } from '../support/errors.ts'

/** @throws UsageError where it cannot be made or written to; HarnessError (source `store`) if the disk fails. */
export function makeFolder(folder: string, action: string): void {
  try {
    // Step by step: asked to make all parents at once, Node never returns below /proc.
    const missing = missingFolders(folder)
    for (const path of missing) mkdirSync(path)
    // Refuses what is there and is no folder.
    if (missing.length === 0) mkdirSync(folder, { recursive: true })
  } catch (error) {
    throw folderError(action, folder, error)
  }
  refuseUnwritable([folder], action)
}

function missingFolders(folder: string): string[] {
  const missing: string[] = []
  for (let path = resolve(folder); !existsSync(path); path = dirname(path)) missing.unshift(path)
  return missing
}

/** @throws UsageError for the first path that may not be written to. */
export function refuseUnwritable(paths: readonly string[], action: string): void {
  for (const path of paths) {
    try {
      accessSync(path, constants.W_OK)
    } catch (error) {
      throw folderError(action, path, error)
    }
  }
}

function folderError(action: string, path: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException
  const name = JSON.stringify(path)
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return new UsageError(`${action}: no permission to write ${name}`, { cause: error })
    case 'EROFS':
      return new UsageError(`${action}: ${name} is on a disk that is read-only`, { cause: error })
    case 'ENOENT':
      return new UsageError(`${action}: ${name} cannot be made`, { cause: error })
    case 'EEXIST':
    case 'ENOTDIR':
      return new UsageError(`${action}: ${name} is not a folder`, { cause: error })
    case 'ENOSPC':
    case 'EDQUOT':
      return new HarnessError(`${action}: no space left on its disk`, {
        source: 'store',
        cause: error,
      })
    default:
      return new HarnessError(`${action}: ${message}`, { source: 'store', cause: error })
  }
}
