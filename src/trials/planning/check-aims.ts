import type { Aim } from '../../records/analysis.ts'
import type { AimAnswer } from '../../records/plan-report.ts'
import { expectedWidth, widestWidth } from '../../statistics/expected-width.ts'
import { powerDifference } from '../../statistics/power-difference.ts'
import { powerRatio } from '../../statistics/power-ratio.ts'
import { rateExcluded, trialsForBound } from '../../statistics/trials-for-bound.ts'
import { trialsForDifference } from '../../statistics/trials-for-difference.ts'
import { trialsForPrecision } from '../../statistics/trials-for-precision.ts'
import { trialsForRatio } from '../../statistics/trials-for-ratio.ts'
import { answerWithRule } from './check-aims-with-rule.ts'
import { levelAmong, type PlannedStudy, type Reached, type Terms, termsOf } from './terms.ts'

/**
 * Whether a study's trials can answer each of its aims, if every trial is valid and none is left out of the rate; and where
 * they cannot, what would.
 */
export function checkAims(study: PlannedStudy): AimAnswer[] {
  const terms = termsOf(study)
  return (study.aims ?? []).map((aim) => {
    const reached =
      terms.followed === null ? answer(aim, terms) : answerWithRule(aim, terms, terms.followed)
    return { aim, ...withRemedies(reached, terms) }
  })
}

function answer(aim: Aim, { study, comparisonLevel }: Terms): Reached {
  const { trials: n, level, interval: method } = study
  if ('precision' in aim) {
    const { precision, at } = aim
    const reached =
      at === undefined
        ? widestWidth({ n, level, method })
        : expectedWidth({ n, rate: at, level, method })
    return {
      met: reached <= precision,
      reached,
      level,
      trials: () =>
        trialsForPrecision({
          width: precision,
          level,
          method,
          ...(at === undefined ? {} : { rate: at }),
        }),
    }
  }
  if ('exclude' in aim) {
    const trials = trialsForBound({ rate: aim.exclude, level })
    return { met: n >= trials, reached: rateExcluded(n, level), level, trials: () => trials }
  }
  const powerAt = powerOf(aim, n)
  const reached = powerAt(comparisonLevel)
  return {
    met: reached >= aim.power,
    reached,
    level: comparisonLevel,
    trials: () => trialsOf(aim, comparisonLevel),
    withComparisons: (count) => powerAt(levelAmong(study, count)) >= aim.power,
  }
}

type PowerAim = Extract<Aim, { power: number }>

function powerOf(aim: PowerAim, n: number): (level: number) => number {
  const [rate1, rate2] = 'ratio' in aim ? aim.of : aim.difference
  const groups = { first: { n, rate: rate1 }, second: { n, rate: rate2 } }
  return (level) =>
    'ratio' in aim
      ? powerRatio({ ratio: aim.ratio, ...groups, level })
      : powerDifference({ ...groups, level })
}

function trialsOf(aim: PowerAim, level: number): number | null {
  const { power } = aim
  return 'ratio' in aim
    ? trialsForRatio({ ratio: aim.ratio, rates: aim.of, power, level })
    : (trialsForDifference({ rates: aim.difference, power, level })?.n ?? null)
}

function withRemedies(
  { met, reached, level, ...of }: Reached,
  { study, family }: Terms,
): Omit<AimAnswer, 'aim'> {
  const base = { met, reached, level, rule: of.rule ?? null }
  if (met || of.rule !== undefined) return { ...base, trials: null, cells: null, comparisons: null }
  const trials = of.trials?.() ?? null
  const cells = trials === null ? 0 : Math.floor((study.trials * study.cells.length) / trials)
  return {
    ...base,
    trials,
    cells: cells === 0 ? null : cells,
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
