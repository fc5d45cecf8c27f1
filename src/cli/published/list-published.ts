import type { Arm } from '../../records/arm.ts'
import type { PublishedResults, PublishedRow } from '../../records/published.ts'
import { modelFamily } from '../../reports/published/model-family.ts'
import { wrapText } from '../../reports/text-width.ts'
import type { Scenario } from '../../scenarios/scenario.ts'
import { armKey } from '../../support/cell-key.ts'
import { unknownChoice } from '../../support/choices.ts'
import { defaultArm } from '../../trials/resolve-cells.ts'
import type { Listing, ListingPage } from '../listing.ts'
import { loadKnownScenario, loadScenario } from '../study/load-scenario.ts'
import { loadPublished } from './load-published.ts'
import { publishedLines } from './published-lines.ts'

/** What of the published results is wanted. */
export interface PublishedChoice {
  readonly scenario?: string | undefined
  readonly source?: string | undefined
  /** A name of a model, or a part of one. */
  readonly model?: string | undefined
  /** Ready arms of a scenario. */
  readonly preset?: readonly string[] | undefined
  /** Levels that an arm must have. */
  readonly arm?: readonly (readonly [factor: string, level: string])[] | undefined
}

/** A published row with the ready arms of ours that it is of. */
export interface ListedRow extends PublishedRow {
  readonly presets: readonly string[]
}

/**
 * The published results, all of them or those that are wanted.
 *
 * @throws UsageError for a source, preset, factor or level that does not exist. A model that nobody has published is no mistake.
 */
export async function listPublished(choice: PublishedChoice): Promise<Listing> {
  const published = loadPublished()
  const known = await scenariosOf(published)
  const filters = [
    ...byScenario(await named(choice.scenario)),
    ...bySource(choice, published),
    ...byPreset(choice, known),
    ...byLevels(choice, known),
    ...byModel(choice, published),
  ]
  const rows = published.rows
    .filter((row) => filters.every((isWanted) => isWanted(row)))
    .map((row): ListedRow => ({ ...row, presets: presetsOf(row, known) }))
  const sources = published.sources.filter(({ id }) => rows.some(({ source }) => source === id))
  return {
    data: { formatVersion: published.formatVersion, sources, rows },
    lines: (page) => (rows.length === 0 ? noneLines(page) : publishedLines(page, sources, rows)),
  }
}

type Filter = (row: PublishedRow) => boolean
type Scenarios = ReadonlyMap<string, Scenario>

function noneLines({ width }: ListingPage): string[] {
  return wrapText(
    'Nothing is published for that, as far as is known here. All there is: `offswitch list published`',
    width,
  )
}

async function scenariosOf({ rows }: PublishedResults): Promise<Scenarios> {
  const ids = [...new Set(rows.flatMap(({ scenario }) => scenario ?? []))]
  const loaded = await Promise.all(ids.map(loadKnownScenario))
  return new Map(loaded.flatMap((scenario) => (scenario === null ? [] : [[scenario.id, scenario]])))
}

async function named(name: string | undefined): Promise<string | undefined> {
  return name === undefined ? undefined : (await loadScenario(name)).id
}

function byScenario(id: string | undefined): Filter[] {
  return id === undefined ? [] : [({ scenario }) => scenario === id]
}

function bySource({ source: wanted }: PublishedChoice, { sources }: PublishedResults): Filter[] {
  if (wanted === undefined) return []
  const ids = sources.map(({ id }) => id)
  if (!ids.includes(wanted)) throw unknownChoice('source', wanted, ids)
  return [({ source }) => source === wanted]
}

function byPreset({ preset: names }: PublishedChoice, scenarios: Scenarios): Filter[] {
  if (names === undefined) return []
  const known = [...scenarios.values()].flatMap(({ presets }) => Object.keys(presets))
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined) throw unknownChoice('preset', unknown, known)
  return [(row) => presetsOf(row, scenarios).some((name) => names.includes(name))]
}

function byLevels({ arm: levels }: PublishedChoice, scenarios: Scenarios): Filter[] {
  if (levels === undefined) return []
  const factors = Object.assign({}, ...[...scenarios.values()].map((each) => each.factors))
  for (const [name, level] of levels) checkLevel(factors, name, level)
  return [
    (row) =>
      armsOf(row, scenarios).some((arm) => levels.every(([name, level]) => arm[name] === level)),
  ]
}

function checkLevel(factors: Scenario['factors'], name: string, level: string): void {
  const factor = Object.hasOwn(factors, name) ? factors[name] : undefined
  if (factor === undefined) throw unknownChoice('factor', name, Object.keys(factors))
  if (!Object.hasOwn(factor.levels, level)) {
    throw unknownChoice(`level of factor "${name}"`, level, Object.keys(factor.levels))
  }
}

/** Where a name means a model, that one alone; else all whose names it is a part of. */
function byModel({ model: name }: PublishedChoice, { rows }: PublishedResults): Filter[] {
  if (name === undefined) return []
  const family = modelFamily(name)
  const isIt: Filter = ({ model }) => modelFamily(model) === family
  const part = name.toLowerCase()
  return [rows.some(isIt) ? isIt : ({ model }) => model.toLowerCase().includes(part)]
}

function armsOf({ scenario, arms }: PublishedRow, scenarios: Scenarios): Arm[] {
  const known = scenario === null ? undefined : scenarios.get(scenario)
  return known === undefined ? [] : arms.map((arm) => ({ ...defaultArm(known), ...arm }))
}

function presetsOf(row: PublishedRow, scenarios: Scenarios): string[] {
  const known = row.scenario === null ? undefined : scenarios.get(row.scenario)
  if (known === undefined) return []
  const arms = armsOf(row, scenarios).map(armKey)
  return Object.entries(known.presets).flatMap(([name, { arm }]) =>
    arms.includes(armKey({ ...defaultArm(known), ...arm })) ? [name] : [],
  )
}
