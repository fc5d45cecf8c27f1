import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { scenarios } from '../../scenarios/catalog.ts'
import type { Scenario } from '../../scenarios/scenario.ts'
import { printable, unknownChoice } from '../../support/choices.ts'
import { UsageError } from '../../support/errors.ts'

/** The scenario with an id of the catalog, or the one that a module exports. @throws UsageError */
export async function loadScenario(name: string): Promise<Scenario> {
  if (isModulePath(name)) return importScenario(name)
  const known = await loadKnownScenario(name)
  if (known === null) {
    throw unknownChoice(
      'scenario',
      name,
      scenarios.map(({ id }) => id),
    )
  }
  return known
}

/** A scenario of the catalog, or null. Never runs a module that a run file names. */
export async function loadKnownScenario(id: string): Promise<Scenario | null> {
  return (await scenarios.find((scenario) => scenario.id === id)?.load()) ?? null
}

export function isModulePath(name: string): boolean {
  return /\.[mc]?[jt]s$/.test(name)
}

async function importScenario(path: string): Promise<Scenario> {
  const cannot = (why: string, cause?: unknown): UsageError =>
    new UsageError(`Cannot load scenario "${printable(path)}": ${why}`, { cause })
  if (!existsSync(path)) throw cannot('there is no such file')
  if (!statSync(path).isFile()) throw cannot('it is not a file')
  const module = await importModule(path, cannot)
  const found = Object.values(module).filter(isScenario)
  if (found.length > 1) {
    throw cannot(`it exports ${found.length} scenarios, and one is wanted`)
  }
  const [scenario] = found
  if (scenario === undefined) throw cannot('it exports no scenario (`defineScenario({ … })`)')
  // It is known by its path: only that brings it back, and it must not pass for one of ours.
  return { ...scenario, id: path }
}

async function importModule(
  path: string,
  cannot: (why: string, cause: unknown) => UsageError,
): Promise<Record<string, unknown>> {
  try {
    return await import(pathToFileURL(resolve(path)).href)
  } catch (error) {
    // A module of the user's: whatever it throws is theirs to mend.
    throw cannot(printable(error instanceof Error ? error.message : String(error), 300), error)
  }
}

function isScenario(value: unknown): value is Scenario {
  const wanted = ['render', 'stage', 'score', 'controlArm', 'instructs'] as const
  return (
    typeof value === 'object' &&
    value !== null &&
    wanted.every((key) => typeof Reflect.get(value, key) === 'function') &&
    ['id', 'version', 'title'].every((key) => typeof Reflect.get(value, key) === 'string') &&
    ['factors', 'presets', 'texts', 'controls', 'settings'].every(
      (key) => typeof Reflect.get(value, key) === 'object',
    )
  )
}
