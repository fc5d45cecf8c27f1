import type { ComputedBy } from '../../records/plan-report.ts'
import type { Study } from '../../records/study.ts'
import { simultaneousLevel } from '../../statistics/simultaneous-level.ts'
import { type Followed, followedIn } from '../stopping/followed.ts'

/** What of a study decides what it can answer. Its cells are those that are run. */
export type PlannedStudy = Pick<
  Study,
  'cells' | 'trials' | 'seed' | 'level' | 'interval' | 'comparisons' | 'stopping' | 'aims'
>

/** The terms on which a study's figures are computed. */
export interface Terms {
  readonly study: PlannedStudy
  /** Null: every cell has the study's trials. */
  readonly followed: Followed | null
  /** How many comparisons are declared. */
  readonly family: number
  /**
   * Of each comparison: Bonferroni's, which is what the least of Holm's p-values has to meet, and, where all but one compare
   * equal rates, the least of Benjamini and Hochberg's too.
   */
  readonly comparisonLevel: number
}

export function termsOf(study: PlannedStudy): Terms {
  const family = study.comparisons?.pairs.length ?? 0
  return {
    study,
    followed: followedIn(study),
    family,
    comparisonLevel: levelAmong(study, family),
  }
}

/** The level of each of so many comparisons. */
export function levelAmong(
  { level, comparisons }: Pick<PlannedStudy, 'level' | 'comparisons'>,
  count: number,
): number {
  return comparisons?.adjust === 'none' ? level : simultaneousLevel({ level, intervals: count })
}

export interface TrialsNeeded {
  readonly n: number
  readonly by: ComputedBy
}

/** A number of trials that was searched for exactly. */
export function exactly(n: number | null): TrialsNeeded | null {
  return n === null ? null : { n, by: 'exact' }
}

/** What an aim comes to, before what would mend it is worked out. */
export interface Reached {
  readonly met: boolean
  readonly reached: number | null
  /** How. @default 'exact' */
  readonly by?: ComputedBy
  readonly level: number
  /** Trials per cell from which on it is met; asked only where it is not. */
  readonly trials?: () => TrialsNeeded | null
  /** Cells without which the question cannot be put. @default 1 */
  readonly cellsLeast?: number
  /** Whether so many comparisons would still leave it met. */
  readonly withComparisons?: (count: number) => boolean
  readonly rule?: string
}
