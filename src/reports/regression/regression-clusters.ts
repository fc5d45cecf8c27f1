import type { RegressionResult } from '../../records/regression.ts'
import {
  type ClusteredTrials,
  FEWEST_CLUSTERS,
} from '../../statistics/regression/cluster-covariance.ts'
import type { CountedCell } from './regression-cells.ts'

/** Which trials may be alike, and which of that there is enough of for errors that allow for it. */
export type RegressionClusters = RegressionResult['clusters'] & {
  /** One row a cell; none where no errors can be made. */
  readonly trials: readonly ClusteredTrials[]
}

/** Clusters of cells with trials that count: those with the same text, and where cells share seeds those with the same seed. */
export function regressionClusters(cells: readonly CountedCell[]): RegressionClusters {
  const texts = [...new Set(cells.map(({ wordingHash }) => wordingHash))]
  const seeds = seedsOf(cells)
  const counts = { wordings: texts.length, seeds: seeds?.size ?? null }
  const byText = counts.wordings >= FEWEST_CLUSTERS
  const bySeed = (counts.seeds ?? 0) >= FEWEST_CLUSTERS
  return {
    needed: FEWEST_CLUSTERS,
    ...counts,
    by: [...(byText ? ['wording' as const] : []), ...(bySeed ? ['seed' as const] : [])],
    trials: cells.flatMap((cell, row): ClusteredTrials[] => {
      const text = byText ? [texts.indexOf(cell.wordingHash)] : []
      if (bySeed)
        return trialsBySeed(cell).map(({ k, seed }) => ({
          row,
          k,
          n: 1,
          clusters: [...text, seed],
        }))
      return byText ? [{ row, k: cell.k, n: cell.n, clusters: text }] : []
    }),
  }
}

/** Null: no two cells have trials with the same. */
function seedsOf(cells: readonly CountedCell[]): Set<number> | null {
  if (cells.some(({ seeds }) => seeds === null)) return null
  return new Set(cells.flatMap((cell) => trialsBySeed(cell).map(({ seed }) => seed)))
}

function trialsBySeed({ seeds }: CountedCell): { k: number; seed: number }[] {
  const { events = [], others = [] } = seeds ?? {}
  return [...events.map((seed) => ({ k: 1, seed })), ...others.map((seed) => ({ k: 0, seed }))]
}
