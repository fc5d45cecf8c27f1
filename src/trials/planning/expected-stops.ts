import type { ExpectedStop, PlanReport } from '../../records/plan-report.ts'
import { binomialProbabilities } from '../../statistics/binomial-probabilities.ts'
import { pairStoppingTime } from '../../statistics/pair-stopping-time.ts'
import { proportionSequence } from '../../statistics/proportion-sequence.ts'
import { isNarrow, sideOfRate } from '../../statistics/sequence-decisions.ts'
import { type StoppingTime, stoppingTime } from '../../statistics/stopping-time.ts'
import { type Random, seededRandom } from '../../support/random.ts'
import { afterLook, afterTrials, nextShares, startCourse } from '../stopping/course.ts'
import type { Followed } from '../stopping/followed.ts'
import { takeLook } from '../stopping/take-look.ts'
import { type AssumedRates, placeOf } from './plan-figures.ts'
import { type PlannedStudy, termsOf } from './terms.ts'

/** How long a study's stopping rule is likely to go on. Null: it has none. */
export function expectedStops(study: PlannedStudy, rates: AssumedRates): PlanReport['stopping'] {
  const { followed } = termsOf(study)
  if (followed === null) return null
  const { rule, level } = followed
  return {
    rule,
    level,
    expected:
      rule.when.goal === 'difference'
        ? pairsOf(study, rates).map((pair) => ofPair(study, followed, pair))
        : ratesOf(followed, rates).map((rate) => ofCell(study, followed, rate)),
    total: simulatedTotal(study, followed, rates),
  }
}

/** Of one cell that has the study's trials, and none that others leave over. */
function ofCell({ trials }: PlannedStudy, { rule, level }: Followed, rate: number): ExpectedStop {
  const { when, every, least, most } = rule
  const time = stoppingTime({
    rate,
    every,
    least,
    most: Math.min(trials, most),
    isDecided: (counts) => {
      const interval = proportionSequence({ ...counts, level })
      return when.goal === 'width'
        ? isNarrow(interval, when.width)
        : when.goal === 'rate' && sideOfRate(interval, when.rate) !== null
    },
  })
  return { rates: [rate], mean: time.mean, decided: decidedOf(time) }
}

function ofPair(
  { trials }: PlannedStudy,
  { rule, level }: Followed,
  rates: readonly [number, number],
): ExpectedStop {
  const { every, least, most } = rule
  const time = pairStoppingTime({ rates, level, every, least, most: Math.min(trials, most) })
  return { rates: [...rates], mean: time.mean, decided: decidedOf(time) }
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

/** Enough for a mean within a few per cent; fewer where each takes long. */
const RUNS_MOST = 200
const RUNS_LEAST = 20
const ENTRIES_MOST = 100_000

/**
 * The trials of whole runs, by the very rules that a run follows: what decided cells leave over goes to the open ones. The
 * same study gives the same numbers. Null: some followed cell has no assumed rate.
 */
function simulatedTotal(
  study: PlannedStudy,
  followed: Followed,
  rates: AssumedRates,
): NonNullable<PlanReport['stopping']>['total'] {
  if (followed.cells.some((place) => (rates[place] ?? null) === null)) return null
  const looks = Math.ceil(Math.min(followed.rule.most, study.trials) / followed.rule.every)
  const runs = Math.floor(ENTRIES_MOST / (looks * followed.subjects.length))
  const count = Math.min(RUNS_MOST, Math.max(RUNS_LEAST, runs))
  const random = seededRandom(`${study.seed}`).fork('plan')
  const drawn = eventsDrawer()
  const totals = Array.from({ length: count }, () =>
    trialsOfRun(study, followed, rates, (n, rate) => drawn(random, n, rate)),
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

/** Events in `n` trials, by the inverse of their distribution. */
function eventsDrawer(): (random: Random, n: number, rate: number) => number {
  const known = new Map<string, ReturnType<typeof binomialProbabilities>>()
  return (random, n, rate) => {
    if (n === 0) return 0
    const key = `${n}|${rate}`
    const distribution = known.get(key) ?? binomialProbabilities({ n, rate })
    known.set(key, distribution)
    const { lowest, probabilities } = distribution
    let left = random.next()
    for (const [place, probability] of probabilities.entries()) {
      left -= probability
      if (left < 0) return lowest + place
    }
    return Math.round(n * rate) // What is left is a rounding.
  }
}
