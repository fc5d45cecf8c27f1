import type { CellName, Comparison, LookEntry, StoppingRule } from '../../records/analysis.ts'
import type { Study } from '../../records/study.ts'
import { simultaneousLevel } from '../../statistics/simultaneous-level.ts'
import { cellKey } from '../../support/cell-key.ts'

/** What a study's stopping rule looks at. Cells are named by their places in the study. */
export interface Followed {
  readonly rule: StoppingRule
  /** Cells whose number of trials depends on the looks. Each other one has the study's `trials`, whatever is seen. */
  readonly cells: readonly number[]
  /** What every look has an entry of: a cell, or a comparison with its first cell and its second. */
  readonly subjects: readonly Subject[]
  /** Of each interval at a look. */
  readonly level: number
}

export interface Subject {
  readonly place: LookEntry['place']
  readonly cells: readonly number[]
  readonly of: CellName | Comparison
}

type Declared = Pick<Study, 'cells' | 'level' | 'stopping' | 'comparisons'>

/**
 * What the stopping rule of a study looks at. Null: it has none, or all of its cells are controls, whose results are known
 * beforehand and decide nothing.
 */
export function followedIn(study: Declared): Followed | null {
  const { stopping: rule, cells } = study
  if (rule === undefined || cells.every(({ control }) => control)) return null
  const subjects = rule.when.goal === 'difference' ? comparisonsOf(study) : cellsOf(study)
  if (subjects.length === 0) return null
  return {
    rule,
    cells: [...new Set(subjects.flatMap((subject) => subject.cells))].toSorted((a, b) => a - b),
    subjects,
    level: levelOfEach(study, subjects.length),
  }
}

/**
 * The level of each of so many intervals: where the rule splits the error level, all of them together hold with the study's
 * level at all looks (the probability that one of them ever misses is at most the sum of theirs).
 */
export function levelOfEach({ level, stopping }: Declared, intervals: number): number {
  return stopping?.split === true ? simultaneousLevel({ level, intervals }) : level
}

/** How many trials a study has; where a stopping rule decides that, the most that it can come to. */
export function plannedTrials(study: Declared & Pick<Study, 'trials'>): number {
  const { cells, trials } = study
  const followed = followedIn(study)
  if (followed === null) return cells.length * trials
  const fixed = cells.length - followed.cells.length
  return fixed * trials + followed.cells.length * Math.min(trials, followed.rule.most)
}

/** The most that one of its followed cells can take, if all others leave theirs to it. */
export function mostOfOne({ trials }: Pick<Study, 'trials'>, { cells, rule }: Followed): number {
  return Math.min(rule.most, trials * cells.length)
}

function cellsOf({ cells }: Declared): Subject[] {
  return cells.flatMap(({ agent, arm, control }, place) =>
    control ? [] : [{ place, cells: [place], of: { agent, arm } }],
  )
}

function comparisonsOf({ cells, comparisons }: Declared): Subject[] {
  const places = new Map(cells.map((cell, place) => [cellKey(cell), place]))
  const placeOf = (cell: CellName): number => {
    const place = places.get(cellKey(cell))
    if (place === undefined) throw new Error(`there is no cell of agent "${cell.agent}" to compare`)
    return place
  }
  return (comparisons?.pairs ?? []).map((of, place) => ({
    place,
    cells: [placeOf(of.first), placeOf(of.second)],
    of,
  }))
}
