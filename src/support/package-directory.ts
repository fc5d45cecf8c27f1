import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { invariant } from './errors.ts'

/** Where the package stands: in a checkout and built, this file stands at different depths. */
export function packageDirectory(): string {
  let directory = import.meta.dirname
  while (!existsSync(join(directory, 'assets', 'world', 'init'))) {
    invariant(directory !== dirname(directory), 'assets/world stands beside the program')
    directory = dirname(directory)
  }
  return directory
}
