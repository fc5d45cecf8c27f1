import type { Counts } from '../../src/statistics/counts.ts'
import { logMixture, mixtureOffset } from '../../src/statistics/sequences/beta-binomial-mixture.ts'
import { differenceSequence } from '../../src/statistics/sequences/difference-sequence.ts'
import { proportionSequence } from '../../src/statistics/sequences/proportion-sequence.ts'
import { isDifferent, sideOfRate } from '../../src/statistics/sequences/sequence-decisions.ts'
import type { Random } from '../../src/support/random.ts'
import { percent, type Section, table, whole } from './section.ts'

const PEEKS = 1000
const LEVEL = 0.95
const BORDER = 0.05

interface Ended {
  /** Runs in which the truth was left out at one look or more. */
  readonly missed: number
  /** Runs in which something was shown that is not so. */
  readonly wrong: number
  /** Runs in which nothing was shown. */
  readonly undecided: number
  /** Looks until something was shown, over the runs in which it was. */
  readonly looks: number
}

interface OfRate extends Ended {
  readonly rate: number
}

interface OfPair extends Ended {
  readonly rates: readonly [number, number]
  /** Share of the trials that the first stream has. */
  readonly share: number
}

/** Confidence sequences looked at 1,000 times, in many drawn runs. */
export const peeks: Section = {
  id: 'peeks',
  measure: ({ size, random, tell }) => {
    const runs = size === 'full' ? 4000 : 200
    const rates = size === 'full' ? [0.01, 0.03, 0.05, 0.07, 0.1, 0.5, 0.9] : [0.05, 0.5]
    const ofRates = rates.map((rate): OfRate => {
      tell(`${runs} runs at rate ${rate}`)
      const chance = random.fork(`rate ${rate}`)
      return { rate, ...ended(runs, () => peekAtRate(rate, chance)) }
    })
    const pairs = [
      { rates: [0.05, 0.05], share: 0.5 },
      { rates: [0.5, 0.5], share: 0.5 },
      { rates: [0.5, 0.5], share: 0.1 },
      { rates: [0.05, 0.1], share: 0.5 },
      { rates: [0.3, 0.4], share: 0.5 },
      { rates: [0.3, 0.4], share: 0.1 },
      { rates: [0.07, 0.79], share: 0.5 },
    ] as const
    const ofPairs = (size === 'full' ? pairs : pairs.slice(2, 4)).map(
      ({ rates, share }): OfPair => {
        tell(
          `${runs} runs at rates ${rates.join(' and ')}, ${percent(share, 0)} of the trials first`,
        )
        const chance = random.fork(`rates ${rates.join(' ')} ${share}`)
        return { rates, share, ...ended(runs, () => peekAtPair(rates, share, chance)) }
      },
    )
    return { data: { runs, ofRates, ofPairs }, lines: render(runs, ofRates, ofPairs) }
  },
}

interface Course {
  readonly missed: boolean
  /** Look at which something was first shown; null: none. */
  readonly shownAt: number | null
  readonly wrong: boolean
}

function ended(runs: number, run: () => Course): Ended {
  const courses = Array.from({ length: runs }, run)
  const shown = courses.flatMap(({ shownAt }) => shownAt ?? [])
  return {
    missed: courses.filter(({ missed }) => missed).length,
    wrong: courses.filter(({ wrong }) => wrong).length,
    undecided: runs - shown.length,
    looks: shown.reduce((sum, look) => sum + look, 0),
  }
}

function peekAtRate(rate: number, chance: Random): Course {
  let k = 0
  let missed = false
  let shown: { readonly at: number; readonly side: 'below' | 'above' } | null = null
  for (let n = 1; n <= PEEKS; n++) {
    if (chance.next() < rate) k++
    missed ||= mayLeaveOut(logMixture({ k, n }, rate)) && leavesOut({ k, n }, rate)
    if (shown === null && mayLeaveOut(logMixture({ k, n }, BORDER))) {
      const side = sideOfRate(proportionSequence({ k, n, level: LEVEL }), BORDER)
      if (side !== null) shown = { at: n, side }
    }
  }
  const truth = rate === BORDER ? null : rate < BORDER ? 'below' : 'above'
  return { missed, shownAt: shown?.at ?? null, wrong: shown !== null && shown.side !== truth }
}

function leavesOut(counts: Counts, rate: number): boolean {
  const { low, high } = proportionSequence({ ...counts, level: LEVEL })
  return rate < low || rate > high
}

/** Two trials before each look; each is of the first stream with probability `share`. */
function peekAtPair([p1, p2]: readonly [number, number], share: number, chance: Random): Course {
  const first = { k: 0, n: 0 }
  const second = { k: 0, n: 0 }
  let missed = false
  let shown: { readonly at: number; readonly isFirstLarger: boolean } | null = null
  for (let look = 1; look <= PEEKS; look++) {
    for (let trial = 0; trial < 2; trial++) {
      const isFirst = chance.next() < share
      const stream = isFirst ? first : second
      stream.n++
      if (chance.next() < (isFirst ? p1 : p2)) stream.k++
    }
    // The projection leaves the difference out only if the pair itself is left out.
    if (!missed && mayLeaveOut(logMixture(first, p1) + logMixture(second, p2))) {
      const { low, high } = differenceSequence({ first, second, level: LEVEL })
      missed = p1 - p2 < low || p1 - p2 > high
    }
    if (shown === null && mayLeaveOut(againstNone(first, second))) {
      const interval = differenceSequence({ first, second, level: LEVEL })
      if (isDifferent(interval)) shown = { at: look, isFirstLarger: interval.low > 0 }
    }
  }
  const wrong = shown !== null && (p1 === p2 || shown.isFirstLarger !== p1 > p2)
  return { missed, shownAt: shown?.at ?? null, wrong }
}

/** The product against "no difference" at the shared rate that it favours, which is that of both streams together. */
function againstNone(first: Counts, second: Counts): number {
  const shared = (first.k + second.k) / (first.n + second.n)
  if (shared === 0 || shared === 1) return mixtureOffset(first) + mixtureOffset(second)
  return logMixture(first, shared) + logMixture(second, shared)
}

/** What is far from the limit is not worth finding the limits for. */
function mayLeaveOut(logMixture: number): boolean {
  return logMixture >= -Math.log1p(-LEVEL) - 1e-6
}

function render(runs: number, ofRates: readonly OfRate[], ofPairs: readonly OfPair[]): string[] {
  const allowed = 1 - LEVEL + 3 * Math.sqrt(((1 - LEVEL) * LEVEL) / runs)
  const cells = ({ missed, wrong, undecided, looks }: Ended): string[] => [
    percent(missed / runs),
    percent(wrong / runs),
    percent(undecided / runs),
    undecided === runs ? '–' : (looks / (runs - undecided)).toFixed(0),
  ]
  const heads = ['truth ever left out', 'shown wrongly', 'undecided', 'looks until shown']
  return [
    `Confidence sequences of level 95 % in ${whole(runs)} drawn runs of 1,000 looks each. “Ever left out” may be 5 % and three standard`,
    `errors at most, which is ${percent(allowed)}. Undecided: nothing was shown in 1,000 looks; the last column is of the others.`,
    '',
    'A proportion, a look after each trial. Shown: that the rate is below or above 5 %.',
    '',
    ...table(
      ['rate', ...heads],
      ofRates.map((row) => [`${row.rate}`, ...cells(row)]),
    ),
    '',
    'A difference, a look after every two trials; each trial is of the first stream by chance. Shown: that the rates differ.',
    '',
    ...table(
      ['rates', 'trials of the first', ...heads],
      ofPairs.map((row) => [row.rates.join(' and '), percent(row.share, 0), ...cells(row)]),
    ),
  ]
}
