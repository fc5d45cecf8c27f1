import type { ComparisonReport } from '../../records/comparison.ts'
import {
  type CellGroup,
  type ComparedRun,
  cellGroups,
} from '../../reports/comparison/cell-group.ts'
import {
  type CellPair,
  type ComparisonTerms,
  compareCells,
} from '../../reports/comparison/compare-cells.ts'
import { declaredPairs } from '../../reports/comparison/pair-cells.ts'
import { rankAgents } from '../../reports/comparison/rank-agents.ts'
import type { RunReader } from '../../store/store.ts'
import { comparisonTerms } from './comparison-terms.ts'
import { pairTrials } from './pair-trials.ts'

/** Compares pairs of cells as one family, reading single trials only where the test is of pairs of them. @throws UsageError */
export async function makeComparison(
  pairs: readonly CellPair[],
  terms: ComparisonTerms,
  from: { readonly readers: readonly RunReader[]; readonly ranked: readonly CellGroup[] },
): Promise<ComparisonReport> {
  const { readers, ranked } = from
  const { rule } = terms
  const matched = terms.test === 'mcnemar' ? await pairTrials(pairs, { readers, rule }) : pairs
  return {
    adjust: terms.adjust,
    family: matched.length,
    results: compareCells(matched, terms),
    ranks: rankAgents(ranked, terms),
  }
}

/** The comparisons that a run's study declares; null: it declares none. */
export async function declaredComparison(
  run: ComparedRun,
  reader: RunReader,
): Promise<ComparisonReport | null> {
  const pairs = declaredPairs(run)
  if (pairs.length === 0) return null
  return makeComparison(pairs, comparisonTerms([run], {}), {
    readers: [reader],
    ranked: cellGroups(run),
  })
}
