import type { ExpectedStop, PlanReport } from '../../records/plan-report.ts'
import { type StoppingTime, stoppingTime } from '../../statistics/planning/stopping-time.ts'
import { seededRandom } from '../../support/random.ts'
import { afterLook, afterTrials, nextShares, startCourse } from '../stopping/course.ts'
import type { Followed } from '../stopping/followed.ts'
import { takeLook } from '../stopping/take-look.ts'
import { eventsDrawer } from './draw-events.ts'
import { pairStops } from './pair-stops.ts'
import { type AssumedRates, placeOf } from './plan-figures.ts'
import { type PlannedStudy, termsOf } from './terms.ts'
import { decidedBy } from './undecided-counts.ts'

/** How long a study's stopping rule is likely to go on. Null: it has none. */
export function expectedStops(study: PlannedStudy, rates: AssumedRates): PlanReport['stopping'] {
  const { followed } = termsOf(study)
  if (followed === null) return null
  const { rule, level } = followed
  const { when } = rule
  return {
    rule,
    level,
    expected:
      when.goal === 'difference'
        ? some(pairsOf(study, rates)).map((pair) => ofPair(study, followed, pair))
        : some(ratesOf(followed, rates)).map((rate) =>
            ofCell(study, followed, { rate, isDecided: decidedBy(when, level) }),
          ),
    total: simulatedTotal(study, followed, rates),
  }
}

/** Of more, some from all over their range say as much. */
const EXPECTED_MAX = 12

function some<T>(all: readonly T[]): T[] {
  const step = Math.max(1, (all.length - 1) / (EXPECTED_MAX - 1))
  return all.filter((_, index) => Math.floor(index / step) > Math.floor((index - 1) / step))
}

/** Of one cell that has the study's trials, and none that others leave over. */
function ofCell(
  { trials }: PlannedStudy,
  { rule: { every, least, most: mostOfRule } }: Followed,
  of: Pick<Parameters<typeof stoppingTime>[0], 'rate' | 'isDecided'>,
): ExpectedStop {
  const most = Math.min(trials, mostOfRule)
  const spread = most / every <= LOOKS_MAX ? 0 : most <= FEW ? SPREAD : SPREAD_OF_MANY
  const time = stoppingTime({ ...of, every, least, most, spread })
  const by = spread === 0 ? 'exact' : 'approximation'
  return { rates: [of.rate], mean: time.mean, decided: decidedOf(time), by }
}

/** Of more looks than this, later ones are left out until they are such a share of the trials apart: each takes longer. */
const LOOKS_MAX = 1_000
const FEW = 100_000
const SPREAD = 0.01
const SPREAD_OF_MANY = 0.1

function ofPair(
  { trials, seed }: PlannedStudy,
  { rule, level }: Followed,
  rates: readonly [number, number],
): ExpectedStop {
  const { every, least } = rule
  const most = Math.min(trials, rule.most)
  const random = seededRandom(`${seed}`).fork('plan-pairs')
  const time = pairStops({ rates, level, every, least, most }, random)
  return { rates: [...rates], mean: time.mean, decided: decidedOf(time), by: time.by }
}

function decidedOf({ decided }: StoppingTime): number {
  return Math.min(
    1,
    decided.reduce((sum, { probability }) => sum + probability, 0),
  )
}

/** The rates that are assumed; where none is, some that show what the rule depends on. */
function ratesOf({ rule: { when }, cells }: Followed, rates: AssumedRates): number[] {
  const assumed = cells.flatMap((place) => rates[place]?.rate ?? [])
  if (assumed.length > 0) return [...new Set(assumed)].toSorted((a, b) => a - b)
  return when.goal === 'rate' ? [0, when.rate / 2, Math.min(1, when.rate * 2), 1] : [0, 0.1, 0.5]
}

function pairsOf(study: PlannedStudy, rates: AssumedRates): [number, number][] {
  const assumed = (study.comparisons?.pairs ?? []).flatMap(({ first, second }) => {
    const one = rates[placeOf(study, first)]?.rate
    const two = rates[placeOf(study, second)]?.rate
    return one === undefined || two === undefined ? [] : [[one, two] as [number, number]]
  })
  const known = new Map(assumed.map((pair) => [pair.join('|'), pair]))
  if (known.size > 0) return [...known.values()]
  const aimed = (study.aims ?? []).flatMap((aim) => ('difference' in aim ? [aim.difference] : []))
  return aimed.length > 0 ? aimed : [[0, 0.5]]
}

/** Enough for a mean within a few per cent; fewer where each takes long, and none where that would be too few. */
const RUNS_MOST = 200
const RUNS_LEAST = 20
/** Entries of looks that are computed in about a second; the sequence of a difference takes ten times as long. */
const ENTRIES_MOST = { width: 40_000, rate: 40_000, difference: 4_000 }

/**
 * The trials of whole runs, by the very rules that a run follows: what decided cells leave over goes to the open ones. The
 * same study gives the same numbers. Null: some followed cell has no assumed rate, or a run takes too many looks.
 */
function simulatedTotal(
  study: PlannedStudy,
  followed: Followed,
  rates: AssumedRates,
): NonNullable<PlanReport['stopping']>['total'] {
  if (followed.cells.some((place) => (rates[place] ?? null) === null)) return null
  const looks = Math.ceil(Math.min(followed.rule.most, study.trials) / followed.rule.every)
  const entries = ENTRIES_MOST[followed.rule.when.goal]
  const count = Math.min(RUNS_MOST, Math.floor(entries / (looks * followed.subjects.length)))
  if (count < RUNS_LEAST) return null
  const draw = eventsDrawer(seededRandom(`${study.seed}`).fork('plan'))
  const totals = Array.from({ length: count }, () =>
    trialsOfRun(study, followed, rates, draw),
  ).toSorted((a, b) => a - b)
  const at = (share: number): number => totals[Math.floor(share * (count - 1))] ?? 0
  return {
    mean: totals.reduce((sum, total) => sum + total, 0) / count,
    low: at(0.05),
    high: at(0.95),
    runs: count,
  }
}

function trialsOfRun(
  study: PlannedStudy,
  followed: Followed,
  rates: AssumedRates,
  draw: (n: number, rate: number) => number,
): number {
  const events = study.cells.map(() => 0)
  let course = startCourse(study, followed)
  for (;;) {
    const shares = nextShares(study, followed, course)
    if (shares === null) break
    shares.trials.forEach((trials, place) => {
      events[place] = (events[place] ?? 0) + draw(trials, rates[place]?.rate ?? 0)
    })
    course = afterTrials(course, shares)
    if (!shares.isLookedAt) continue
    const counts = (place: number) => ({ k: events[place] ?? 0, n: course.taken[place] ?? 0 })
    course = afterLook(course, takeLook(followed, course, counts, NEVER))
  }
  return course.taken.reduce((sum, taken) => sum + taken, 0)
}

/** A simulated look is at no time, and is not stored. */
const NEVER = '1970-01-01T00:00:00.000Z'
