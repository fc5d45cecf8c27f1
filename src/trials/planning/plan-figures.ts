import type { CellName } from '../../records/analysis.ts'
import type { AssumedRate, PlanReport } from '../../records/plan-report.ts'
import {
  expectedWidth,
  type WidthMethod,
  widestWidth,
} from '../../statistics/planning/expected-width.ts'
import { powerForBound, rateExcluded } from '../../statistics/planning/trials-for-bound.ts'
import { proportionSequence } from '../../statistics/sequences/proportion-sequence.ts'
import { seededRandom } from '../../support/random.ts'
import type { Followed } from '../stopping/followed.ts'
import { pairStops } from './pair-stops.ts'
import { powerOfDifference } from './power-of-difference.ts'
import { type PlannedStudy, type Terms, termsOf } from './terms.ts'

/** What a cell's rate is assumed to be, by the cell's place; null: nothing is. */
export type AssumedRates = readonly (AssumedRate | null)[]

/** What the trials of a study can show, if every one of them is valid and none is left out of the rate. */
export function planFigures(
  study: PlannedStudy,
  rates: AssumedRates,
): Pick<PlanReport, 'widths' | 'zeroEvents' | 'bounds' | 'powers' | 'comparisons'> {
  const terms = termsOf(study)
  const { trials, level } = study
  return {
    widths: widthsOf(terms, rates),
    zeroEvents:
      terms.followed === null
        ? { level, rate: rateExcluded(trials, level) }
        : {
            level: terms.followed.level,
            rate: proportionSequence({ k: 0, n: trials, level: terms.followed.level }).high,
          },
    bounds: boundsOf(terms, rates),
    powers: powersOf(terms, rates),
    comparisons: { count: terms.family, level: terms.comparisonLevel },
  }
}

function widthsOf({ study, followed }: Terms, rates: AssumedRates): PlanReport['widths'] {
  const { trials: n, interval } = study
  const method: WidthMethod = followed === null ? interval : 'confidence-sequence'
  const level = followed?.level ?? study.level
  const groups = new Map<string, { assumed: AssumedRate; cells: CellName[] }>()
  study.cells.forEach(({ agent, arm }, place) => {
    const assumed = rates[place] ?? null
    if (assumed === null) return
    const key = `${assumed.from}|${assumed.rate}`
    const group = groups.get(key) ?? { assumed, cells: [] }
    groups.set(key, group)
    group.cells.push({ agent, arm })
  })
  return [
    { cells: [], rate: null, from: null, width: widestWidth({ n, level, method }) },
    ...[...groups.values()].map(({ assumed: { rate, from }, cells }) => ({
      cells,
      rate,
      from,
      width: expectedWidth({ n, rate, level, method }),
    })),
  ]
}

/** With a stopping rule a bound is shown by a sequence, at whatever look: `expectedStops` says how likely. */
function boundsOf({ study, followed }: Terms, rates: AssumedRates): PlanReport['bounds'] {
  if (followed !== null) return []
  const { trials: n, level } = study
  const assumed = new Map(
    rates.flatMap((each) => (each === null ? [] : [[`${each.from}|${each.rate}`, each] as const])),
  )
  return (study.aims ?? []).flatMap((aim) =>
    'exclude' in aim
      ? [...assumed.values()].map(({ rate, from }) => ({
          exclude: aim.exclude,
          rate,
          from,
          power: powerForBound({ n, rate: aim.exclude, trueRate: rate, level }),
        }))
      : [],
  )
}

/** By Fisher's test, whose power is the least that Boschloo's has; with a rule that stops by difference, by its sequence. */
function powersOf(
  { study, followed, comparisonLevel }: Terms,
  rates: AssumedRates,
): PlanReport['powers'] {
  const { trials: n, comparisons } = study
  const isFixed = followed === null
  const level = followed?.level ?? comparisonLevel
  // Trials that are paired are compared otherwise, and stopping by anything else promises nothing for a difference.
  if (comparisons === undefined || comparisons.test === 'mcnemar') return []
  if (!isFixed && followed.rule.when.goal !== 'difference') return []
  const known = new Map<string, Pick<PlanReport['powers'][number], 'power' | 'by'>>()
  return comparisons.pairs.flatMap(({ label, first, second }) => {
    const one = rates[placeOf(study, first)] ?? null
    const two = rates[placeOf(study, second)] ?? null
    // Of equal rates there is no difference to find.
    if (one === null || two === null || one.rate === two.rate) return []
    const key = `${one.rate}|${two.rate}`
    const isKnown = known.has(key)
    // Exact powers take time, and of so many nobody reads each: what is asked next is near enough by the formula, or left out.
    if (!isKnown && !isFixed && known.size >= EXACT_MAX) return []
    const found =
      known.get(key) ??
      (isFixed
        ? powerOfDifference(n, [one.rate, two.rate], level, { isExact: known.size < EXACT_MAX })
        : powerWithRule({ trials: n, seed: study.seed }, followed, [one.rate, two.rate]))
    known.set(key, found)
    return [{ label, rates: [one.rate, two.rate], from: [one.from, two.from], level, ...found }]
  })
}

/** Of different pairs of rates. */
const EXACT_MAX = 20

function powerWithRule(
  { trials: most, seed }: Pick<PlannedStudy, 'trials' | 'seed'>,
  { rule: { every, least }, level }: Followed,
  rates: readonly [number, number],
): Pick<PlanReport['powers'][number], 'power' | 'by'> {
  const random = seededRandom(`${seed}`).fork('plan-powers')
  const { undecided, by } = pairStops({ rates, level, every, least, most }, random)
  return { power: 1 - undecided, by }
}

/** −1: it is not among them. */
export function placeOf({ cells }: Pick<PlannedStudy, 'cells'>, { agent, arm }: CellName): number {
  return cells.findIndex(
    (cell) =>
      cell.agent === agent &&
      Object.keys({ ...arm, ...cell.arm }).every((factor) => arm[factor] === cell.arm[factor]),
  )
}
