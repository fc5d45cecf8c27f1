import type { Counts } from '../../src/statistics/counts.ts'
import { exactCoverageOfTwo } from '../../src/statistics/exact-coverage.ts'
import type { Interval } from '../../src/statistics/interval.ts'
import { miettinenNurminenRatio } from '../../src/statistics/miettinen-nurminen-ratio.ts'
import { newcombeDifference } from '../../src/statistics/newcombe-difference.ts'
import { oddsRatio } from '../../src/statistics/odds-ratio.ts'
import { mean, percent, type Section, table } from './section.ts'

interface Method {
  readonly name: string
  readonly interval: (groups: { readonly first: Counts; readonly second: Counts }) => Interval
  readonly truth: (p1: number, p2: number) => number
}

const METHODS: readonly Method[] = [
  { name: 'difference (Newcombe)', interval: newcombeDifference, truth: (p1, p2) => p1 - p2 },
  {
    name: 'ratio (Miettinen–Nurminen)',
    interval: miettinenNurminenRatio,
    truth: (p1, p2) => p1 / p2,
  },
  {
    name: 'odds ratio (Miettinen–Nurminen)',
    interval: oddsRatio,
    truth: (p1, p2) => (p1 * (1 - p2)) / ((1 - p1) * p2),
  },
]

interface Row {
  readonly method: string
  readonly n1: number
  readonly n2: number
  readonly average: number
  readonly least: { readonly coverage: number; readonly rates: readonly [number, number] }
}

/** How often the 95 % intervals that compare two proportions contain the truth: exactly, nothing is drawn. */
export const coverageOfTwo: Section = {
  id: 'coverage-of-two',
  measure: ({ size, tell }) => {
    const full = [
      [10, 10],
      [20, 20],
      [50, 50],
      [100, 100],
      [20, 100],
      [100, 400],
    ] as const
    const sizes = size === 'full' ? full : full.slice(0, 1)
    const rows = sizes.flatMap(([n1, n2]) =>
      METHODS.map((method) => {
        tell(`${method.name}, n = ${n1} and ${n2}`)
        return measureTwo(method, n1, n2)
      }),
    )
    return { data: rows, lines: render(rows) }
  },
}

/** 0.01, 0.03, … 0.99. */
const RATES = Array.from({ length: 50 }, (_, index) => (2 * index + 1) / 100)

function measureTwo({ name, interval, truth }: Method, n1: number, n2: number): Row {
  const intervals = Array.from({ length: n1 + 1 }, (_, k1) =>
    Array.from({ length: n2 + 1 }, (_, k2) =>
      interval({ first: { k: k1, n: n1 }, second: { k: k2, n: n2 } }),
    ),
  )
  const points = RATES.flatMap((p1) =>
    RATES.map((p2) => ({
      rates: [p1, p2] as const,
      coverage: exactCoverageOfTwo({ intervals, rates: [p1, p2], target: truth(p1, p2) }),
    })),
  )
  return {
    method: name,
    n1,
    n2,
    average: mean(points.map(({ coverage }) => coverage)),
    least: points.reduce((least, each) => (each.coverage < least.coverage ? each : least)),
  }
}

function render(rows: readonly Row[]): string[] {
  return [
    'Coverage of 95 % intervals that compare two proportions, exact, over the 2,500 pairs of the rates 0.01, 0.03, … 0.99.',
    '',
    ...table(
      ['trials', 'what', 'average', 'least', 'at the rates'],
      rows.map(({ method, n1, n2, average, least }) => [
        `${n1} and ${n2}`,
        method,
        percent(average),
        percent(least.coverage),
        least.rates.join(' and '),
      ]),
    ),
  ]
}
