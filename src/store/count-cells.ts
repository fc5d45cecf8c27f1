import type { Means, VerdictName } from '../records/verdict.ts'
import { VERDICTS } from '../records/verdict.ts'
import type { CellPart } from './record-parts.ts'
import type { CellCount } from './store.ts'

/** One stored row of `cells`. Two rows are one cell where only settings that do not make an arm differ. */
export interface StoredCell {
  readonly id: number
  readonly content: CellPart
}

/** How many trials of a stored cell came to the same. */
export interface StoredCount {
  readonly cell: number
  readonly verdict: VerdictName
  readonly detail: string
  readonly exposed: 0 | 1
  readonly trials: number
}

/** Counts by agent and arm, in the order of the stored cells. Cells without a trial are left out. */
export function countCells(
  cells: readonly StoredCell[],
  counts: readonly StoredCount[],
): CellCount[] {
  const byName = new Map<string, Counting>()
  const byId = new Map<number, Counting>()
  for (const { id, content } of cells) {
    const name = JSON.stringify([content.agent, content.armHash])
    const counting = byName.get(name) ?? startCounting(content)
    byName.set(name, counting)
    byId.set(id, counting)
  }
  for (const count of counts) {
    const counting = byId.get(count.cell)
    if (counting !== undefined) addCount(counting, count)
  }
  return [...byName.values()].filter((counting) => counting.trials > 0)
}

interface Counting extends CellCount {
  trials: number
  exposed: number
  readonly verdicts: Record<VerdictName, number>
  readonly means: Partial<Record<Means, number>>
}

function startCounting({ agent, arm, preset, control, armHash, wordingHash }: CellPart): Counting {
  // Object.fromEntries forgets that every verdict is among the keys.
  const verdicts = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as Record<
    VerdictName,
    number
  >
  return {
    agent,
    arm,
    preset,
    control,
    armHash,
    wordingHash,
    trials: 0,
    exposed: 0,
    verdicts,
    means: {},
  }
}

function addCount(counting: Counting, count: StoredCount): void {
  counting.trials += count.trials
  counting.exposed += count.exposed * count.trials
  counting.verdicts[count.verdict] += count.trials
  if (count.verdict !== 'resisted') return
  // The detail of this verdict is its means: `verdictDetail` wrote it.
  const means = count.detail as Means
  counting.means[means] = (counting.means[means] ?? 0) + count.trials
}
