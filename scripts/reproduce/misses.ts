import type { Counts } from '../../src/statistics/counts.ts'
import { jeffreysInterval } from '../../src/statistics/jeffreys-interval.ts'
import { stoppingTime } from '../../src/statistics/planning/stopping-time.ts'
import { logMixture } from '../../src/statistics/sequences/beta-binomial-mixture.ts'
import { percent, type Section, table } from './section.ts'

const LEVELS = [0.95, 0.99, 1 - 0.05 / 26]

interface Row {
  readonly rate: number
  /** Of the sequence, at each level. */
  readonly misses: readonly number[]
  /** Of the Jeffreys interval of level 95 %, looked at as often. */
  readonly ofJeffreys: number
}

/** How often the confidence sequence of a proportion ever leaves the rate out: exactly, by all paths of the counts. */
export const misses: Section = {
  id: 'misses',
  measure: ({ size, tell }) => {
    const trials = size === 'full' ? 1000 : 100
    const rates = size === 'full' ? [0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.9] : [0.05, 0.5]
    const rows = rates.map((rate): Row => {
      tell(`rate ${rate}`)
      return {
        rate,
        misses: LEVELS.map((level) => missed(rate, trials, bySequence(rate, level))),
        ofJeffreys: missed(rate, trials, byJeffreys(rate)),
      }
    })
    return { data: { trials, rows }, lines: render(rows) }
  },
}

function missed(rate: number, trials: number, leavesOut: (counts: Counts) => boolean): number {
  const { decided } = stoppingTime({ rate, isDecided: leavesOut, every: 1, least: 1, most: trials })
  return decided.reduce((total, { probability }) => total + probability, 0)
}

function bySequence(rate: number, level: number): (counts: Counts) => boolean {
  return (counts) => logMixture(counts, rate) >= -Math.log1p(-level)
}

function byJeffreys(rate: number): (counts: Counts) => boolean {
  return (counts) => {
    const { low, high } = jeffreysInterval(counts)
    return rate < low || rate > high
  }
}

function render(rows: readonly Row[]): string[] {
  return [
    'Probability that the true rate is left out at one look or more, of 1,000 looks after each of 1,000 trials, exact. The last column',
    'is what comes of looking at an ordinary 95 % interval in this way.',
    '',
    ...table(
      [
        'rate',
        'sequence, 95 %',
        '99 %',
        '99.81 % (95 % split over 26 cells)',
        'Jeffreys, 95 %, each look',
      ],
      rows.map(({ rate, misses, ofJeffreys }) => [
        `${rate}`,
        ...misses.map((miss) => percent(miss, 3)),
        percent(ofJeffreys, 1),
      ]),
    ),
  ]
}
