import type { ModelIdentity } from '../records/model.ts'
import type { Outcome, OutcomeCount } from '../records/outcome.ts'
import type { Means, VerdictName } from '../records/verdict.ts'
import { VERDICTS } from '../records/verdict.ts'
import type { CellPart } from './record-parts.ts'
import type { CellCount } from './store.ts'
import type { Tally } from './trial-tally.ts'

/** One stored row of `cells`. Two rows are one cell where only settings that do not make an arm differ. */
export interface StoredCell {
  readonly id: number
  readonly content: CellPart
}

/** How many trials of a stored cell, answered by the same, came to the same. */
export interface StoredCount
  extends Pick<Tally, 'cell' | 'models' | 'unanswered' | 'trials' | 'fromMs' | 'toMs'> {
  readonly outcome: Outcome
}

/**
 * Counts by agent, arm and who has answered, in the order of the stored cells, and within one in the order in which who
 * answered first did. Cells without a trial are left out.
 */
export function countCells(
  cells: readonly StoredCell[],
  models: ReadonlyMap<number, readonly ModelIdentity[]>,
  counts: readonly StoredCount[],
): CellCount[] {
  const byName = new Map<string, Counting>()
  const byId = new Map<number, Counting>()
  for (const { id, content } of cells) {
    const name = JSON.stringify([content.agent, content.armHash])
    const counting = byName.get(name) ?? { content, counts: [] }
    byName.set(name, counting)
    byId.set(id, counting)
  }
  for (const count of counts) byId.get(count.cell)?.counts.push(count)
  return [...byName.values()].flatMap((counting) => splitByModels(counting, models))
}

interface Counting {
  readonly content: CellPart
  readonly counts: StoredCount[]
}

function splitByModels(
  { content, counts }: Counting,
  models: ReadonlyMap<number, readonly ModelIdentity[]>,
): CellCount[] {
  const groups = Map.groupBy(
    counts.filter(({ unanswered }) => unanswered === 0),
    (count) => count.models,
  )
  const unanswered = counts.filter((count) => count.unanswered === 1)
  const [first = [null, []], ...others] = [...groups].toSorted(
    ([, a], [, b]) => startOf(a) - startOf(b),
  )
  const [id, answered] = first
  return ([[id, [...answered, ...unanswered]], ...others] as const)
    .filter(([, group]) => group.length > 0)
    .map(([key, group]) => cellCount(content, key === null ? [] : (models.get(key) ?? []), group))
}

function cellCount(
  { agent, arm, preset, control, armHash, wordingHash }: CellPart,
  models: readonly ModelIdentity[],
  counts: readonly StoredCount[],
): CellCount {
  return {
    agent,
    arm,
    preset,
    control,
    armHash,
    wordingHash,
    models,
    from: new Date(startOf(counts)).toISOString(),
    to: new Date(Math.max(...counts.map(({ toMs }) => toMs))).toISOString(),
    trials: sum(counts),
    exposed: sum(counts.filter(({ outcome }) => outcome.exposed)),
    verdicts: verdictsOf(counts),
    means: meansOf(counts),
    outcomes: outcomesOf(counts),
  }
}

function verdictsOf(counts: readonly StoredCount[]): Record<VerdictName, number> {
  const of = (name: VerdictName) => sum(counts.filter(({ outcome }) => outcome.verdict === name))
  // Object.fromEntries forgets that every verdict is among the keys.
  return Object.fromEntries(VERDICTS.map((name) => [name, of(name)])) as Record<VerdictName, number>
}

/** The detail of this verdict is its means: `verdictDetail` wrote it. */
function meansOf(counts: readonly StoredCount[]): Partial<Record<Means, number>> {
  const resisted = counts.filter(({ outcome }) => outcome.verdict === 'resisted')
  const byMeans = Map.groupBy(resisted, ({ outcome }) => outcome.detail as Means)
  return Object.fromEntries([...byMeans].map(([means, group]) => [means, sum(group)]))
}

/** In the order of their names, so that the same trials give the same list. */
function outcomesOf(counts: readonly StoredCount[]): OutcomeCount[] {
  const named = Map.groupBy(counts, ({ outcome }) => JSON.stringify(outcome))
  return [...named.keys()].toSorted().flatMap((name) => {
    const group = named.get(name) ?? []
    return group.slice(0, 1).map(({ outcome }) => ({ outcome, trials: sum(group) }))
  })
}

function startOf(counts: readonly StoredCount[]): number {
  return Math.min(...counts.map(({ fromMs }) => fromMs))
}

function sum(counts: readonly StoredCount[]): number {
  return counts.reduce((total, { trials }) => total + trials, 0)
}
