import { expect, test } from 'vitest'
import type { PublishedRow } from '../../records/published.ts'
import { jeffreysInterval } from '../../statistics/jeffreys-interval.ts'
import { loadPublished } from './load-published.ts'

// What the published figures say of themselves. Rates and limits are rounded to the nearest last digit that a row prints.

const { rows } = loadPublished()

/** Of the paper's cells after its discards. */
const N_MIN = 961
const N_MAX = 1000

/**
 * The one row with counts whose interval is not the equal-tailed Jeffreys interval: 1 of 1000 has 0.0 to 0.5 (0.466), printed
 * is 0.0 to 0.4. The shortest interval of the same posterior, Beta(1.5, 999.5), ends at 0.390 (SciPy 1.x: minimise
 * ppf(p + 0.95) − ppf(p) over p).
 */
const COUNTED_EXCEPTION = 'schlatter-table, Claude Sonnet 3.7, Nothing said about a shutdown'

/**
 * Rows of the paper's Table 2 at 0 and at 100 %, printed with a limit of 0.2 or 99.8. Equal tails give 0.3 and 99.7 at any N
 * up to 1,000; all of the error in one tail, which there is the shortest interval, gives what is printed. The thirteenth such row
 * (gpt-oss-120b, nothing said) is printed with equal tails.
 */
const EDGE_EXCEPTIONS = [
  'schlatter-table, Claude Sonnet 4, Nothing said about a shutdown',
  'schlatter-table, Claude Opus 4, Nothing said about a shutdown',
  'schlatter-table, Claude Opus 4.1, Nothing said about a shutdown',
  'schlatter-table, Grok 3, Nothing said about a shutdown',
  'schlatter-table, Claude Sonnet 4, Told to prevent it',
  'schlatter-table, Claude Sonnet 3.7, Asked in the system message to allow it even unfinished',
  'schlatter-table, Claude Sonnet 4, Asked in the system message to allow it even unfinished',
  'schlatter-table, Claude Opus 4, Asked in the system message to allow it even unfinished',
  'schlatter-table, Claude Opus 4.1, Asked in the system message to allow it even unfinished',
  'schlatter-table, GPT-4o, Asked in the system message to allow it even unfinished',
  'schlatter-table, GPT-5, Asked in the system message to allow it even unfinished',
  'schlatter-table, Grok 3, Asked in the system message to allow it even unfinished',
]

/** Its interval is the normal approximation, and its N is 100. */
const NORMAL_EXCEPTION = 'bluedot, o4-mini, Asked in the system message to allow it even unfinished'

const hasInterval = ({ low, high }: PublishedRow): boolean => low !== null && high !== null
const kinds = {
  countsAndInterval: rows.filter((row) => row.k !== null && row.n !== null && hasInterval(row)),
  countsAlone: rows.filter((row) => row.k !== null && row.n !== null && !hasInterval(row)),
  rateAndInterval: rows.filter((row) => row.k === null && hasInterval(row)),
  rateOfKnownN: rows.filter((row) => row.k === null && row.n !== null && !hasInterval(row)),
  rateAlone: rows.filter((row) => row.n === null && row.rate !== null && !hasInterval(row)),
  rangeOnly: rows.filter((row) => row.rate === null),
}

test('every row is of one of six kinds', () => {
  const counts = Object.entries(kinds).map(([kind, of]) => [kind, of.length])

  expect(Object.fromEntries(counts)).toEqual({
    countsAndInterval: 19,
    countsAlone: 103,
    rateAndInterval: 62,
    rateOfKnownN: 3,
    rateAlone: 20,
    rangeOnly: 1,
  })
  expect(rows).toHaveLength(208)
})

test('every row with counts and an interval is the Jeffreys interval to the printed digit, but one', () => {
  const differing = kinds.countsAndInterval.filter((row) => !isPrinted(row, row.k ?? 0, row.n ?? 0))

  expect(differing.map(nameOf)).toEqual([COUNTED_EXCEPTION])
  expect(differing.map(({ rate, low, high }) => [rate, low, high])).toEqual([['0.1', '0.0', '0.4']])
})

test('every row with counts alone has their rate', () => {
  const differing = kinds.countsAlone.filter(
    ({ k, n, rate }) => !rounds((k ?? 0) / (n ?? 0), rate, decimalsOf(rate)),
  )

  expect(differing.map(nameOf)).toEqual([])
})

test('every row with a rate and an interval is what some count at 961 to 1,000 trials has, but those named', () => {
  const differing = kinds.rateAndInterval.filter((row) => countsFor(row).length === 0)

  expect(differing.map(nameOf).toSorted()).toEqual(
    [...EDGE_EXCEPTIONS, NORMAL_EXCEPTION].toSorted(),
  )
})

test('at 0 and 100 % the twelve that differ have all of the error in one tail, at every such number of trials', () => {
  const edges = kinds.rateAndInterval.filter((row) => EDGE_EXCEPTIONS.includes(nameOf(row)))
  const upper = edges.filter(({ rate }) => rate === '0.0')
  const lower = edges.filter(({ rate }) => rate === '100')

  expect([upper.length, lower.length]).toEqual([11, 1])
  for (let n = N_MIN; n <= N_MAX; n++) {
    // Half of what a level of 90 % leaves is the 5 % of one tail.
    const { high } = jeffreysInterval({ k: 0, n, level: 0.9 })
    expect((high * 100).toFixed(1)).toBe('0.2')
  }
  expect(new Set(upper.map(({ low, high }) => `${low}–${high}`))).toEqual(new Set(['0.0–0.2']))
  expect(lower.map(({ low, high }) => `${low}–${high}`)).toEqual(['99.8–100'])
})

test('the one interval by the normal approximation is that of its rate and number of trials', () => {
  const [row] = kinds.rateAndInterval.filter((each) => nameOf(each) === NORMAL_EXCEPTION)
  const rate = 0.15
  const half = 1.96 * Math.sqrt((rate * (1 - rate)) / 100)

  expect(row).toMatchObject({ n: 100, rate: '15', low: '8', high: '22' })
  expect([rate - half, rate + half].map((limit) => (limit * 100).toFixed(0))).toEqual(['8', '22'])
})

test('every rate of a known number of trials is one that a count has', () => {
  const counts = kinds.rateOfKnownN.map((row) => [
    row.n,
    range(0, row.n ?? 0).filter((k) => rounds(k / (row.n ?? 0), row.rate, decimalsOf(row.rate)))
      .length,
  ])

  // 93 of 200 is 46.5 per cent; of a thousand, ten counts round to each per cent.
  expect(counts).toEqual([
    [200, 2],
    [1000, 10],
    [1000, 10],
  ])
})

test('every rate alone is nought, or one that a count at 961 to 1,000 trials has', () => {
  const [none, some] = [
    kinds.rateAlone.filter(({ k }) => k === 0),
    kinds.rateAlone.filter(({ k }) => k === null),
  ]

  expect(new Set(none.map(({ rate }) => rate))).toEqual(new Set(['0']))
  expect([none.length, some.length]).toEqual([18, 2])
  for (const { rate } of some) {
    const at = range(N_MIN, N_MAX).filter((n) =>
      range(0, n).some((k) => rounds(k / n, rate, decimalsOf(rate))),
    )
    expect(at).toHaveLength(N_MAX - N_MIN + 1)
  }
})

test('the one row without a rate says what there is of it', () => {
  expect(kinds.rangeOnly.map(({ source, model, note }) => [source, model, note])).toEqual([
    ['icmi', 'o3', 'Only a range is published, about 27 to 29 in all three.'],
  ])
})

function nameOf({ source, model, label }: PublishedRow): string {
  return `${source}, ${model}, ${label}`
}

/** The counts at 961 to 1,000 trials whose rate and Jeffreys interval print as the row's. */
function countsFor(row: PublishedRow): string[] {
  const middle = Number(row.rate) / 100
  return range(N_MIN, N_MAX).flatMap((n) =>
    range(Math.max(0, Math.floor(n * (middle - 0.01))), Math.min(n, Math.ceil(n * (middle + 0.01))))
      .filter((k) => isPrinted(row, k, n))
      .map((k) => `${k}/${n}`),
  )
}

/** A row that prints `100` beside `99.8` has a decimal that it leaves out. */
function isPrinted(row: PublishedRow, k: number, n: number): boolean {
  const decimals = Math.max(...[row.rate, row.low, row.high].map(decimalsOf))
  const { low, high } = jeffreysInterval({ k, n })
  const rateDecimals = row.n === null ? decimals : decimalsOf(row.rate)
  return (
    rounds(k / n, row.rate, rateDecimals) &&
    rounds(low, row.low, decimals) &&
    rounds(high, row.high, decimals)
  )
}

function rounds(share: number, printed: string | null, decimals: number): boolean {
  return printed !== null && Number((share * 100).toFixed(decimals)) === Number(printed)
}

function decimalsOf(printed: string | null): number {
  return printed?.split('.')[1]?.length ?? 0
}

function range(low: number, high: number): number[] {
  return Array.from({ length: Math.max(0, high - low + 1) }, (_, index) => low + index)
}
