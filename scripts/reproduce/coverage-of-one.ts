import { exactCoverage } from '../../src/statistics/exact-coverage.ts'
import type { Interval } from '../../src/statistics/interval.ts'
import {
  PROPORTION_METHODS,
  type ProportionMethod,
  proportionInterval,
} from '../../src/statistics/proportion-interval.ts'
import { mean, percent, type Section, table } from './section.ts'

interface Row {
  readonly method: ProportionMethod
  readonly n: number
  /** Over the rates 0.001, 0.002, … 0.999. */
  readonly average: number
  /** Over all rates. Of p and 1 − p, whose coverage is the same, the lower is given. */
  readonly least: { readonly coverage: number; readonly rate: number }
}

/** How often the 95 % intervals of one proportion contain the rate: exactly, nothing is drawn. */
export const coverageOfOne: Section = {
  id: 'coverage-of-one',
  measure: ({ size, tell }) => {
    const sizes = size === 'full' ? [10, 20, 50, 100, 200, 500, 1000] : [10, 50]
    const rows = PROPORTION_METHODS.flatMap((method) =>
      sizes.map((n) => {
        tell(`${method}, n = ${n}`)
        return measureOne(method, n)
      }),
    )
    return { data: rows, lines: render(rows) }
  },
}

function measureOne(method: ProportionMethod, n: number): Row {
  const intervals = Array.from({ length: n + 1 }, (_, k) => proportionInterval({ k, n, method }))
  const rates = Array.from({ length: 999 }, (_, index) => (index + 1) / 1000)
  return {
    method,
    n,
    average: mean(rates.map((rate) => exactCoverage({ intervals, rate }))),
    least: leastCoverage(intervals),
  }
}

/**
 * Between two limits the same counts cover, and their probability rises and then falls with the rate: so the least coverage of
 * all is found on one side of a limit or the other.
 */
function leastCoverage(intervals: readonly Interval[]): Row['least'] {
  const limits = intervals
    .flatMap(({ low, high }) => [low, high])
    .filter((limit) => limit > 0 && limit <= 0.5)
  return limits
    .flatMap((rate) =>
      [1 - 1e-12, 1 + 1e-12].map((side) => ({
        coverage: exactCoverage({ intervals, rate, target: rate * side }),
        rate,
      })),
    )
    .reduce((least, each) => (each.coverage < least.coverage ? each : least))
}

function render(rows: readonly Row[]): string[] {
  const sizes = [...new Set(rows.map(({ n }) => n))]
  return [
    'Coverage of 95 % intervals of one proportion, exact. Average over the rates 0.001, 0.002, … 0.999; least over all rates (the',
    'infimum, which lies beside a limit), with the rate there; at p and 1 − p the coverage is the same.',
    '',
    ...table(
      ['trials', ...PROPORTION_METHODS.flatMap((method) => [`${method}: average`, 'least'])],
      sizes.map((n) => [
        `${n}`,
        ...rowsOf(rows, n).flatMap(({ average, least }) => [
          percent(average),
          `${percent(least.coverage, 3)} at ${least.rate.toPrecision(3)}`,
        ]),
      ]),
    ),
    '',
    `Averages over all of these numbers of trials: ${PROPORTION_METHODS.map(
      (method) =>
        `${method} ${percent(mean(rows.filter((row) => row.method === method).map(({ average }) => average)))}`,
    ).join(', ')}.`,
  ]
}

function rowsOf(rows: readonly Row[], n: number): Row[] {
  return PROPORTION_METHODS.flatMap((method) =>
    rows.filter((row) => row.method === method && row.n === n),
  )
}
