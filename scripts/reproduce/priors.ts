import { binomialProbabilities } from '../../src/statistics/binomial-probabilities.ts'
import { clopperPearsonInterval } from '../../src/statistics/clopper-pearson-interval.ts'
import type { Counts } from '../../src/statistics/counts.ts'
import type { Interval } from '../../src/statistics/interval.ts'
import { stoppingTime } from '../../src/statistics/planning/stopping-time.ts'
import { type BetaPrior, HALF_PRIOR } from '../../src/statistics/sequences/beta-binomial-mixture.ts'
import { proportionSequence } from '../../src/statistics/sequences/proportion-sequence.ts'
import { sideOfRate } from '../../src/statistics/sequences/sequence-decisions.ts'
import { percent, type Section, table, whole } from './section.ts'

const PRIORS: readonly BetaPrior[] = [
  { a: 0.25, b: 0.25 },
  HALF_PRIOR,
  { a: 1, b: 1 },
  { a: 5, b: 5 },
  { a: 1, b: 19 },
]

interface Widths {
  readonly n: number
  readonly rate: number
  readonly sequences: readonly number[]
  readonly once: number
}

interface Trials {
  readonly rate: number
  readonly means: readonly number[]
}

/** What the prior of the confidence sequence does to its width, and to the trials until something is shown: exactly. */
export const priors: Section = {
  id: 'priors',
  measure: ({ size, tell }) => {
    const sizes = size === 'full' ? [100, 1000, 10_000] : [100]
    const rates = size === 'full' ? [0, 0.01, 0.05, 0.2, 0.5] : [0, 0.5]
    const widths = sizes.flatMap((n) =>
      rates.map((rate): Widths => {
        tell(`widths at ${n} trials and rate ${rate}`)
        return {
          n,
          rate,
          sequences: PRIORS.map((prior) =>
            width(n, rate, (counts) => proportionSequence({ ...counts, prior })),
          ),
          once: width(n, rate, clopperPearsonInterval),
        }
      }),
    )
    const shown = size === 'full' ? [0, 0.005, 0.02, 0.1, 0.2, 0.5, 0.9] : [0, 0.5]
    const trials = shown.map((rate): Trials => {
      tell(`trials until shown at rate ${rate}`)
      return { rate, means: PRIORS.map((prior) => trialsUntilShown(rate, prior)) }
    })
    return { data: { widths, trials }, lines: render(widths, trials) }
  },
}

/** Mean width of the interval of counts drawn at that rate. */
function width(n: number, rate: number, interval: (counts: Counts) => Interval): number {
  const { lowest, probabilities } = binomialProbabilities({ n, rate })
  return probabilities.reduce((sum, probability, index) => {
    if (probability < 1e-12) return sum
    const { low, high } = interval({ k: lowest + index, n })
    return sum + probability * (high - low)
  }, 0)
}

function trialsUntilShown(rate: number, prior: BetaPrior): number {
  const level = 1 - 0.05 / 26
  const isDecided = (counts: Counts) =>
    sideOfRate(proportionSequence({ ...counts, level, prior }), 0.05) !== null
  return stoppingTime({ rate, isDecided, every: 10, least: 20, most: 4000 }).mean
}

function render(widths: readonly Widths[], trials: readonly Trials[]): string[] {
  const names = PRIORS.map(({ a, b }) => `Beta(${a}, ${b})`)
  return [
    'Mean width of the 95 % confidence sequence of a proportion under five priors, exact; the last column is an ordinary interval',
    '(Clopper–Pearson), which may be looked at once.',
    '',
    ...table(
      ['trials', 'rate', ...names, 'one look'],
      widths.map(({ n, rate, sequences, once }) => [
        whole(n),
        `${rate}`,
        ...[...sequences, once].map((each) => percent(each)),
      ]),
    ),
    '',
    'Mean number of trials until a rate is shown to be below or above 5 %, exact: level 95 % split over 26 cells, a look after every 10',
    'trials, at least 20 and at most 4,000.',
    '',
    ...table(
      ['rate', ...names],
      trials.map(({ rate, means }) => [`${rate}`, ...means.map((each) => each.toFixed(1))]),
    ),
  ]
}
