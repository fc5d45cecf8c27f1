import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'

/** Where the programs that build a world are looked for: not in the caller's PATH, which may lead anywhere. */
export const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** The program's path, or null where it is not installed. */
export function findProgram(name: string): string | null {
  const found = SYSTEM_PATH.split(':')
    .map((directory) => join(directory, name))
    .find(isExecutable)
  return found ?? null
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false // Not there, or not for us.
  }
}
