import type { CellName, Comparison, Comparisons } from '../../records/analysis.ts'
import type { ComparisonChoice } from '../../records/study.ts'
import { cellKey } from '../../support/cell-key.ts'
import { printable } from '../../support/choices.ts'
import { invariant } from '../../support/errors.ts'
import { ValueFault, type ValuePath } from '../../support/value-fault.ts'
import { AbsentFault, type ComparedStudy } from '../../trials/compared-study.ts'
import type { MergedCell } from '../../trials/plan.ts'
import { type ChosenPair, checkSize, resolveComparison } from '../../trials/resolve-comparisons.ts'
import type { ComparisonsChoice } from './study-choice.ts'

/** A study's comparisons resolved, and what had to be left out. */
export interface ResolvedFamily {
  /** Undefined: there are none. */
  readonly comparisons: Comparisons | undefined
  readonly notes: readonly string[]
}

/**
 * Resolves the comparisons of a study to pairs of cells that are run.
 *
 * @param options.merged cells that are not run, since another one is told exactly the same
 * @param options.isReplaced flags have put other arms or agents in place of those that the study declares: what compares the
 *   declared ones is left out, and said to be
 * @throws ValueFault for what is not in the study, compares a cell with itself, or stands there twice
 */
export function resolveFamily(
  family: ComparisonsChoice | undefined,
  study: ComparedStudy,
  options: { readonly merged: readonly MergedCell[]; readonly isReplaced: boolean },
): ResolvedFamily {
  if (family === undefined) return { comparisons: undefined, notes: [] }
  const notes: string[] = []
  const known: Family = { byCells: new Map(), labels: new Set() }
  const runAs = survivors(options.merged)
  for (const [index, choice] of family.of.entries()) {
    const path = [...family.path, index]
    try {
      addPairs(known, { chosen: pairsOf(choice, study, { path, runAs }), path })
    } catch (error) {
      if (!options.isReplaced || !(error instanceof AbsentFault)) throw error
      notes.push(
        `Comparison ${index + 1} of the study is left out, since flags have replaced what it compares: ${error.reason}.`,
      )
    }
  }
  const pairs = [...known.byCells.values()]
  if (pairs.length === 0) return { comparisons: undefined, notes }
  const { adjust = 'holm', test = 'fisher' } = family
  return { comparisons: { adjust, test, pairs }, notes }
}

type Survivors = (cell: CellName) => CellName

function survivors(merged: readonly MergedCell[]): Survivors {
  const into = new Map(
    merged.map((cell) => [cellKey(cell), { agent: cell.agent, arm: cell.into.arm }]),
  )
  return (cell) => into.get(cellKey(cell)) ?? cell
}

/** The pairs of one comparison, by the cells that are run. */
function pairsOf(
  choice: ComparisonChoice,
  study: ComparedStudy,
  { path, runAs }: { readonly path: ValuePath; readonly runAs: Survivors },
): ChosenPair[] {
  const chosen = resolveComparison(choice, study, path).map((pair) => ({
    ...pair,
    first: runAs(pair.first),
    second: runAs(pair.second),
  }))
  const different = chosen.filter(({ first, second }) => cellKey(first) !== cellKey(second))
  const lost = chosen.find((pair) => pair.isNamed && !different.includes(pair))
  if (lost !== undefined || different.length === 0) {
    throw new AbsentFault(
      path,
      'the agent is told exactly the same on both sides: these arms are one arm',
    )
  }
  return different
}

/** Pairs so far, by their cells in whatever order: one is the other turned round. */
interface Family {
  readonly byCells: Map<string, Comparison>
  readonly labels: Set<string>
}

function addPairs(
  { byCells, labels }: Family,
  { chosen, path }: { readonly chosen: readonly ChosenPair[]; readonly path: ValuePath },
): void {
  for (const { isNamed, ...pair } of chosen) {
    const cells = JSON.stringify([cellKey(pair.first), cellKey(pair.second)].toSorted())
    const same = byCells.get(cells)
    if (same !== undefined && isNamed) {
      throw new ValueFault(path, `these cells are compared already ("${printable(same.label)}")`)
    }
    if (same !== undefined) continue
    if (labels.has(pair.label)) {
      throw new ValueFault(
        path,
        `another comparison is called "${printable(pair.label)}" already: give it another label`,
      )
    }
    byCells.set(cells, pair)
    labels.add(pair.label)
  }
  checkSize(byCells.size, path)
  invariant(byCells.size > 0, 'a comparison stands for some pair')
}
