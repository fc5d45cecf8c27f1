import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { invariant } from '../../support/errors.ts'

/** The abstract name of the socket on which the first process of a world takes the calls of served programs. */
export const CLIENT_SOCKET = 'calls'

/** Text of the program that puts up a world's files. */
export function launchScript(): string {
  return readScript('launch')
}

/** Text of a world's first process. */
export function initScript(): string {
  return readScript('init')
}

/** Text of the client that stands at the path of a served program. */
export function clientScript(path: string): string {
  // perl's single quotes know two escapes.
  const literal = path.replaceAll('\\', '\\\\').replaceAll("'", "\\'")
  return readScript('client')
    .replace('@PROGRAM@', () => literal)
    .replace('@SOCKET@', CLIENT_SOCKET)
}

const read = new Map<string, string>()

function readScript(name: string): string {
  const known = read.get(name)
  if (known !== undefined) return known
  const text = readFileSync(join(packageDirectory(), 'assets', 'world', name), 'utf8')
  read.set(name, text)
  return text
}

/** Where the package stands: in a checkout and built, this file stands at different depths. */
export function packageDirectory(): string {
  let directory = import.meta.dirname
  while (!existsSync(join(directory, 'assets', 'world', 'init'))) {
    invariant(directory !== dirname(directory), 'assets/world stands beside the program')
    directory = dirname(directory)
  }
  return directory
}
