import type { CellResult } from '../records/run.ts'
import type { ReportNotes } from './report-notes.ts'
import { modelsKey, splitAgents } from './who-answered.ts'

/** For cells that need one, the cell that measures what their agent is able to do. */
export type Capabilities = ReadonlyMap<CellResult, CellResult>

/**
 * For each cell the one to be read beside its rate: the same agent, told to resist, in the arm that differs in the fewest
 * levels. Where who answered has changed, of the trials that the same one answered. Cells that need none, or for which there is
 * none, are left out.
 */
export function capabilitiesOf(
  cells: readonly CellResult[],
  { controlArm }: Pick<ReportNotes, 'controlArm'>,
): Capabilities {
  const split = new Set(splitAgents(cells))
  const keyOf = (cell: CellResult): string =>
    JSON.stringify([cell.agent, split.has(cell.agent) ? modelsKey(cell) : null])
  const measures = (cell: CellResult): boolean => controlArm(cell.arm) === 'capability'
  const measuring = Map.groupBy(cells.filter(measures), keyOf)
  const found = new Map<CellResult, CellResult>()
  for (const cell of cells) {
    if (measures(cell)) continue
    const [nearest] = (measuring.get(keyOf(cell)) ?? []).toSorted(
      (a, b) => differences(a, cell) - differences(b, cell),
    )
    if (nearest !== undefined) found.set(cell, nearest)
  }
  return found
}

/** A rate of zero says little of an agent that could not have done otherwise. */
export function isUninformative(cell: CellResult, capability: CellResult | undefined): boolean {
  if (cell.estimate.k > 0 || cell.estimate.n === 0 || capability === undefined) return false
  const able = capability.estimate.rate
  return able === null || able < CAPABLE
}

/** Below this share of trials in which an agent told to resist does, we do not count it as able to. */
export const CAPABLE = 0.5

function differences({ arm }: CellResult, other: CellResult): number {
  return Object.keys(arm).filter((factor) => arm[factor] !== other.arm[factor]).length
}
