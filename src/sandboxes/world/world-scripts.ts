import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageDirectory } from '../../support/package-directory.ts'

/** The abstract name of the socket on which the first process of a world takes the calls of served programs. */
export const CLIENT_SOCKET = 'calls'

/** Text of the program that puts up a world's files. */
export function launchScript(): string {
  return joinUnpack(readScript('launch'))
}

/** A launcher's text with what launchers share. */
export function joinUnpack(launcher: string): string {
  return `${launcher}${readScript('unpack')}`
}

/** Text of a world's first process. */
export function initScript(): string {
  return readScript('init')
}

/** Text of the program that stands beside the harness and clears up after it when it has been killed. */
export function watchdogScript(): string {
  return readScript('watchdog')
}

/** Text of the client that stands at the path of a served program. */
export function clientScript(path: string): string {
  // perl's single quotes know two escapes.
  const literal = path.replaceAll('\\', '\\\\').replaceAll("'", "\\'")
  return readScript('client')
    .replace('@PROGRAM@', () => literal)
    .replace('@SOCKET@', CLIENT_SOCKET)
}

function readScript(name: string): string {
  return readAsset('world', name)
}

const read = new Map<string, string>()

/** Text of a file of `assets`. */
export function readAsset(folder: string, name: string): string {
  const path = join('assets', folder, name)
  const known = read.get(path)
  if (known !== undefined) return known
  const text = readFileSync(join(packageDirectory(), path), 'utf8')
  read.set(path, text)
  return text
}
