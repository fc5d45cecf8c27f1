import type { Aim } from '../../records/analysis.ts'
import type { AimAnswer, ComputedBy } from '../../records/plan-report.ts'
import { powerRatio } from '../../statistics/planning/power-ratio.ts'
import { rateExcluded, trialsForBound } from '../../statistics/planning/trials-for-bound.ts'
import { trialsForDifference } from '../../statistics/planning/trials-for-difference.ts'
import { trialsForRatio } from '../../statistics/planning/trials-for-ratio.ts'
import { answerWithRule } from './check-aims-with-rule.ts'
import { powerOfDifference } from './power-of-difference.ts'
import { reachPrecision } from './reach-precision.ts'
import {
  exactly,
  levelAmong,
  type PlannedStudy,
  type Reached,
  type Terms,
  type TrialsNeeded,
  termsOf,
} from './terms.ts'

/**
 * Whether a study's trials can answer each of its aims, if every trial is valid and none is left out of the rate; and where
 * they cannot, what would.
 */
export function checkAims(study: PlannedStudy): AimAnswer[] {
  const terms = termsOf(study)
  return (study.aims ?? []).map((aim) => {
    const reached =
      withoutPartner(aim, terms) ??
      (terms.followed === null ? answer(aim, terms) : answerWithRule(aim, terms, terms.followed))
    return { aim, ...withRemedies(reached, terms) }
  })
}

/** Two rates are not told apart in a study that has one. */
function withoutPartner(aim: Aim, { study, comparisonLevel }: Terms): Reached | null {
  if (!('power' in aim) || study.cells.length > 1) return null
  return {
    met: false,
    reached: null,
    level: comparisonLevel,
    rule: 'the study has a single cell, and nothing to compare it with: add an arm or an agent',
  }
}

function answer(aim: Aim, { study, comparisonLevel }: Terms): Reached {
  const { trials: n, level, interval: method } = study
  if ('precision' in aim) return reachPrecision(aim, { n, level, method })
  if ('exclude' in aim) {
    const trials = trialsForBound({ rate: aim.exclude, level })
    return {
      met: n >= trials,
      reached: rateExcluded(n, level),
      level,
      trials: () => exactly(trials),
    }
  }
  const powerAt = powerOf(aim, n)
  const { power: reached, by } = powerAt(comparisonLevel)
  return {
    met: reached >= aim.power,
    reached,
    by,
    level: comparisonLevel,
    trials: () => trialsOf(aim, comparisonLevel),
    cellsLeast: 2,
    withComparisons: (count) => powerAt(levelAmong(study, count)).power >= aim.power,
  }
}

type PowerAim = Extract<Aim, { power: number }>

function powerOf(
  aim: PowerAim,
  n: number,
): (level: number) => { readonly power: number; readonly by: ComputedBy } {
  if (!('ratio' in aim)) return (level) => powerOfDifference(n, aim.difference, level)
  const { ratio, of } = aim
  const [first, second] = [
    { n, rate: of[0] },
    { n, rate: of[1] },
  ]
  return (level) => ({ power: powerRatio({ ratio, first, second, level }), by: 'exact' })
}

function trialsOf(aim: PowerAim, level: number): TrialsNeeded | null {
  const { power } = aim
  if ('ratio' in aim) {
    return exactly(trialsForRatio({ ratio: aim.ratio, rates: aim.of, power, level }))
  }
  const trials = trialsForDifference({ rates: aim.difference, power, level })
  return trials === null ? null : { n: trials.n, by: trials.exact ? 'exact' : 'approximation' }
}

function withRemedies(
  { met, reached, level, ...of }: Reached,
  { study, family }: Terms,
): Omit<AimAnswer, 'aim'> {
  const base = { met, reached, by: of.by ?? 'exact', level, rule: of.rule ?? null }
  if (met || of.rule !== undefined) {
    return { ...base, trials: null, trialsBy: null, cells: null, comparisons: null }
  }
  const needed = of.trials?.() ?? null
  const cells = needed === null ? 0 : Math.floor((study.trials * study.cells.length) / needed.n)
  return {
    ...base,
    trials: needed?.n ?? null,
    trialsBy: needed?.by ?? null,
    cells: cells < (of.cellsLeast ?? 1) ? null : cells,
    comparisons: of.withComparisons === undefined ? null : mostThat(of.withComparisons, family - 1),
  }
}

/** The largest number up to `most` that will do, where fewer always do as well. */
function mostThat(holds: (count: number) => boolean, most: number): number | null {
  if (most < 1 || !holds(1)) return null
  let low = 1
  let high = most
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (holds(middle)) low = middle
    else high = middle - 1
  }
  return low
}
