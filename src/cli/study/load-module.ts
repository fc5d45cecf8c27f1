import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { printable } from '../../support/choices.ts'
import { UsageError } from '../../support/errors.ts'

/** Whether a name is the path of a module. */
export function isModulePath(name: string): boolean {
  return /\.[mc]?[jt]s$/.test(name)
}

/**
 * What a module of the user's exports, each thing once.
 *
 * @param what what it is to the user, for messages: `scenario`, `study`
 * @throws UsageError when it cannot be loaded, with what it has thrown: that is the user's to mend
 */
export async function exportsOf(path: string, what: string): Promise<readonly unknown[]> {
  const cannot = (why: string, cause?: unknown): UsageError => cannotLoad(what, path, why, cause)
  if (!existsSync(path)) throw cannot('there is no such file')
  if (!statSync(path).isFile()) throw cannot('it is not a file')
  try {
    const module = await untilIdle(import(pathToFileURL(resolve(path)).href))
    return [...new Set(Object.values(module))]
  } catch (error) {
    throw cannot(printable(error instanceof Error ? error.message : String(error), 300), error)
  }
}

/** A module that waits for what never comes would end the process without a word, once there is nothing else to do. */
async function untilIdle(
  loading: Promise<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const idle = Promise.withResolvers<never>()
  const refuse = (): void => idle.reject(new Error('it waits for something that never comes'))
  process.once('beforeExit', refuse)
  try {
    return await Promise.race([loading, idle.promise])
  } finally {
    process.off('beforeExit', refuse)
  }
}

export function cannotLoad(what: string, path: string, why: string, cause?: unknown): UsageError {
  return new UsageError(`Cannot load ${what} "${printable(path)}": ${why}`, { cause })
}
