import type { Arm } from '../../records/arm.ts'
import type { ModelIdentity } from '../../records/model.ts'
import type {
  PublishedFigure,
  PublishedRange,
  PublishedResults,
  PublishedRow,
  PublishedSource,
} from '../../records/published.ts'
import { armKey } from '../../support/cell-key.ts'
import { modelFamily } from './model-family.ts'

/** What published figures are looked up by. */
export interface PublishedCell {
  readonly arm: Arm
  /** Who has answered. */
  readonly models: readonly ModelIdentity[]
}

/** The scenario whose cells they are, with the level that each of its factors has where it is not named. */
export interface PublishedScenario {
  readonly id: string
  readonly defaultArm: Arm
}

/** How published figures are always introduced: they are not ours to pool. */
export const PUBLISHED_MARK = 'in another harness and another wording'

/**
 * The published figures for a cell: same scenario, same arm in every factor, same model. None where no model has answered, or
 * more than one.
 */
export function publishedFigures(
  results: PublishedResults,
  scenario: PublishedScenario,
  cell: PublishedCell,
): PublishedFigure[] {
  const family = familyOf(cell.models)
  if (family === null) return []
  return rowsOfArm(results, scenario, cell.arm)
    .filter(({ row }) => modelFamily(row.model) === family)
    .map(({ row, source }) => figureOf(row, source))
}

/**
 * For each arm in which a model is tested that nobody has published: what was published for others there, by the source that
 * has the most of them. It says how far models differ in that arm, and nothing about the one that is tested.
 */
export function publishedRanges(
  results: PublishedResults,
  scenario: PublishedScenario,
  cells: readonly PublishedCell[],
): PublishedRange[] {
  const unpublished = cells.filter(
    (cell) => cell.models.length > 0 && publishedFigures(results, scenario, cell).length === 0,
  )
  const arms = new Map(unpublished.map(({ arm }) => [armKey(arm), arm]))
  return [...arms.values()].flatMap((arm) => rangeOf(results, scenario, arm))
}

/** Fewer models than this are no range. */
const RANGE_MIN = 3

function rangeOf(
  results: PublishedResults,
  scenario: PublishedScenario,
  arm: Arm,
): PublishedRange[] {
  const rows = rowsOfArm(results, scenario, arm).filter(({ row }) => row.rate !== null)
  const [largest] = [...Map.groupBy(rows, ({ source }) => source)].toSorted(
    ([, a], [, b]) => b.length - a.length,
  )
  if (largest === undefined) return []
  const [source, own] = largest
  const rates = own
    .map(({ row }) => ({ model: row.model, rate: shareOf(row.rate) ?? 0 }))
    .toSorted((a, b) => a.rate - b.rate)
  const [lowest, highest] = [rates.at(0), rates.at(-1)]
  const models = new Set(rates.map(({ model }) => modelFamily(model))).size
  if (lowest === undefined || highest === undefined || models < RANGE_MIN) return []
  return [{ arm, source: source.id, by: source.name, where: source.where, models, lowest, highest }]
}

function rowsOfArm(
  { rows, sources }: PublishedResults,
  { id, defaultArm }: PublishedScenario,
  arm: Arm,
): { readonly row: PublishedRow; readonly source: PublishedSource }[] {
  const wanted = armKey({ ...defaultArm, ...arm })
  const bySource = new Map(sources.map((source) => [source.id, source]))
  return rows.flatMap((row) => {
    const source = bySource.get(row.source)
    const matches =
      row.scenario === id &&
      row.arms.some((levels) => armKey({ ...defaultArm, ...levels }) === wanted)
    return matches && source !== undefined ? [{ row, source }] : []
  })
}

function figureOf(row: PublishedRow, source: PublishedSource): PublishedFigure {
  return {
    source: source.id,
    by: source.name,
    where: source.where,
    model: row.model,
    label: row.label,
    k: row.k,
    n: row.n,
    rate: shareOf(row.rate),
    low: shareOf(row.low),
    high: shareOf(row.high),
    endpoint: source.endpoint,
    flags: row.flags,
    note: row.note,
    harness: 'another',
    wording: 'another',
  }
}

/** Who has answered, not what was asked for: behind a name a provider may serve something else. */
function familyOf(models: readonly ModelIdentity[]): string | null {
  const [family, ...others] = new Set(
    models.map(({ answeredBy, model }) => modelFamily(answeredBy ?? model)),
  )
  return family === undefined || others.length > 0 ? null : family
}

/** `93.0` per cent is 0.93, to the digit that is printed. */
function shareOf(printed: string | null): number | null {
  if (printed === null) return null
  const decimals = printed.split('.')[1]?.length ?? 0
  return Number((Number(printed) / 100).toFixed(decimals + 2))
}
