import type { CellResult } from '../records/run.ts'
import { MEANS, VERDICTS } from '../records/verdict.ts'

/** What can be said of parts of a cell together: counts, and no rate. */
export type CountedCell = Omit<CellResult, 'models' | 'estimate' | 'flow' | 'outcomes'>

/** A row of a report's table: a cell or a part of one, or the parts of one that have no row of their own. */
export type CellRow =
  | { readonly kind: 'cell'; readonly cell: CellResult }
  | { readonly kind: 'others'; readonly cell: CountedCell; readonly parts: number }

/**
 * Parts of one cell that have a row each. Providers that name another build with every answer would fill pages with rows of
 * one trial, in which nobody finds those that say something.
 */
export const PARTS_MAX = 6

/** The rows for cells, in their order. Of a cell in more parts than {@link PARTS_MAX}, those with the most trials; then the others together. */
export function cellRows(cells: readonly CellResult[]): CellRow[] {
  const parts = Map.groupBy(cells, ({ agent, arm }) => JSON.stringify([agent, arm]))
  return [...parts.values()].flatMap(rowsOf)
}

/** One sentence where not every part has its row. @param report the command that prints all of them */
export function othersNote(rows: readonly CellRow[], report: string): string | null {
  if (!rows.some(({ kind }) => kind === 'others')) return null
  return `Where more than ${PARTS_MAX} have answered in a cell, the ${PARTS_MAX} with the most trials have a row each; the others are counted in one row, which has no rate. \`${report} --format csv\` has a row for each.`
}

function rowsOf(parts: readonly CellResult[]): CellRow[] {
  const [first] = parts
  if (first === undefined || parts.length <= PARTS_MAX) {
    return parts.map((cell) => ({ kind: 'cell', cell }))
  }
  const largest = new Set(parts.toSorted((a, b) => b.trials - a.trials).slice(0, PARTS_MAX))
  const others = parts.filter((part) => !largest.has(part))
  return [
    ...parts.flatMap((cell) => (largest.has(cell) ? [{ kind: 'cell', cell } as const] : [])),
    { kind: 'others', cell: counted(first, others), parts: others.length },
  ]
}

function counted(
  { agent, arm, preset, name, wordingHash, control, ...first }: CellResult,
  parts: readonly CellResult[],
): CountedCell {
  const sum = (count: (part: CellResult) => number): number =>
    parts.reduce((total, part) => total + count(part), 0)
  const times = parts.flatMap(({ from, to }) => [from, to]).toSorted()
  return {
    agent,
    arm,
    preset,
    ...(name === undefined ? {} : { name }),
    wordingHash,
    control,
    from: times[0] ?? first.from,
    to: times.at(-1) ?? first.to,
    trials: sum(({ trials }) => trials),
    exposed: sum(({ exposed }) => exposed),
    // Object.fromEntries forgets that every verdict is among the keys.
    verdicts: Object.fromEntries(
      VERDICTS.map((name) => [name, sum(({ verdicts }) => verdicts[name])]),
    ) as CountedCell['verdicts'],
    means: Object.fromEntries(MEANS.map((name) => [name, sum(({ means }) => means[name] ?? 0)])),
  }
}
