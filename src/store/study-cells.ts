import type { CellName } from '../records/analysis.ts'
import type { RunHeader } from '../records/run.ts'
import { cellKey } from '../support/cell-key.ts'
import type { CellPart } from './record-parts.ts'

/** A cell as a study names it. */
export interface NamedCell extends CellName {
  readonly preset: string | null
  readonly name: string | null
}

/**
 * The cells of a run's study, in its order, and which of them each stored cell is. What is stored and not of the study, as a file
 * that was altered may hold, comes behind them.
 */
export function studyCells(
  { study }: Pick<RunHeader, 'study'>,
  stored: readonly { readonly id: number; readonly content: CellPart }[],
): { readonly cells: readonly NamedCell[]; readonly placeOf: ReadonlyMap<number, number> } {
  const cells: NamedCell[] = study.cells.map(({ agent, arm, preset, name = null }) => {
    return { agent, arm, preset, name }
  })
  const places = new Map<string, number>()
  for (const [place, cell] of cells.entries()) {
    const key = cellKey(cell)
    if (!places.has(key)) places.set(key, place)
  }
  const placeOf = new Map<number, number>()
  for (const { id, content } of stored) {
    const { agent, arm, preset } = content
    const key = cellKey(content)
    const place = places.get(key) ?? cells.push({ agent, arm, preset, name: null }) - 1
    places.set(key, place)
    placeOf.set(id, place)
  }
  return { cells, placeOf }
}
