import { scenarios } from '../../scenarios/catalog.ts'
import type { Scenario } from '../../scenarios/scenario.ts'
import { unknownChoice } from '../../support/choices.ts'
import { cannotLoad, exportsOf, isModulePath } from './load-module.ts'

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

async function importScenario(path: string): Promise<Scenario> {
  const found = (await exportsOf(path, 'scenario')).filter(isScenario)
  const [scenario, ...more] = found
  if (scenario === undefined) {
    throw cannotLoad('scenario', path, 'it exports no scenario (`defineScenario({ … })`)')
  }
  if (more.length > 0) {
    throw cannotLoad('scenario', path, `it exports ${found.length} scenarios, and one is wanted`)
  }
  // It is known by its path: only that brings it back, and it must not pass for one of ours.
  return { ...scenario, id: path }
}

export function isScenario(value: unknown): value is Scenario {
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
