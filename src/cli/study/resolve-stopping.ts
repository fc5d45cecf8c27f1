import type { StoppingGoal, StoppingRule } from '../../records/analysis.ts'
import type { StoppingChoice } from '../../records/study.ts'
import { ValueFault } from '../../support/value-fault.ts'

/** Looks cost nothing in error: sequences hold at all of them. So many trials still run side by side. */
const EVERY = 10
/** An agent's first trials may fail in ways of their own: a decision on a handful would be one on the beginning. */
const LEAST = 20
/**
 * A cell whose rate lies at the bound is never decided; it must not eat up what all the others leave. Of the published table, this
 * decides as many cells as a fixed number of trials does; four times as many would cost half as much again for less than a tenth of a
 * cell (docs/statistics.md, "What stopping early saves").
 */
const MOST_TIMES = 2

/** What of a study its stopping rule depends on. */
export interface StoppedStudy {
  readonly trials: number
  /** Flags have replaced the number of trials that the study declares. */
  readonly isReplaced: boolean
  /** How many comparisons it has. */
  readonly pairs: number
}

/** A rule with everything filled in, and what is to be said of it. @throws ValueFault for one that contradicts itself or its study */
export function resolveStopping(
  choice: StoppingChoice | undefined,
  study: StoppedStudy,
): { readonly rule: StoppingRule | undefined; readonly notes: readonly string[] } {
  if (choice === undefined) return { rule: undefined, notes: [] }
  const { trials } = study
  const most = choice.most ?? Math.max(trials * MOST_TIMES, choice.least ?? 0)
  const least = choice.least ?? Math.min(LEAST, most)
  const every = choice.every ?? EVERY
  const rule = { when: goalOf(choice), every, least, most, split: choice.split ?? true }
  checkBounds(rule, study)
  if (rule.when.goal === 'difference' && study.pairs === 0) {
    throw new ValueFault(
      ['stopping', 'difference'],
      'no comparison is left whose rates could be shown to differ: declare some under "comparisons"',
      'key',
    )
  }
  const late = tooLate(rule, study)
  if (late !== null && !study.isReplaced && choice[late.key] !== undefined) {
    throw new ValueFault(['stopping', late.key], late.reason)
  }
  return { rule, notes: late === null ? [] : [`Nothing will be stopped early: ${late.reason}.`] }
}

function goalOf(choice: StoppingChoice): StoppingGoal {
  if ('width' in choice) return { goal: 'width', width: choice.width }
  if ('rate' in choice) return { goal: 'rate', rate: choice.rate }
  return { goal: 'difference' }
}

function checkBounds({ least, most }: StoppingRule, { trials }: StoppedStudy): void {
  if (least > most) {
    throw new ValueFault(
      ['stopping', 'least'],
      `"least" is ${least} and "most" is ${most}: no cell could ever be decided`,
    )
  }
  if (most < trials) {
    throw new ValueFault(
      ['stopping', 'most'],
      `"most" is ${most}, fewer than the ${trials} trials that each cell has without a rule`,
    )
  }
}

/** Why no cell is decided before all its trials are done. */
function tooLate(
  { least, every }: StoppingRule,
  { trials }: StoppedStudy,
): { readonly key: 'least' | 'every'; readonly reason: string } | null {
  if (least > trials) {
    const reason = `no cell is decided before it has ${least} valid trials, and each has ${trials}`
    return { key: 'least', reason }
  }
  if (every >= trials) {
    const reason = `the first look comes after ${every} trials of each cell, and each has ${trials}`
    return { key: 'every', reason }
  }
  return null
}
