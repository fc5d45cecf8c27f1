import { expect, test } from 'vitest'
import { firthCoefficients } from './firth-coefficients.ts'
import { firthLogistic } from './firth-logistic.ts'
import { likelihoodRatioTest } from './likelihood-ratio-test.ts'
import { predictedRates } from './predicted-rates.ts'
import { profileLimits } from './profile-limits.ts'

const two = (k1: number, n1: number, k2: number, n2: number) => ({
  columns: ['one', 'x'],
  rows: [
    { k: k1, n: n1, x: [1, 0] },
    { k: k2, n: n2, x: [1, 1] },
  ],
})

// In a saturated model the penalty adds half an event and half a trial without one to each cell.
test.each([
  [0, 1, 1, 1],
  [0, 10, 10, 10],
  [3, 7, 0, 300],
  [0, 1_000_000, 999_999, 1_000_000],
  [0, 2, 0, 1_000_000],
])('%d of %d against %d of %d is the odds ratio with a half added to each count', (a, m, b, n) => {
  const fit = firthLogistic(two(a, m, b, n))

  const intercept = Math.log((a + 0.5) / (m - a + 0.5))
  const second = Math.log((b + 0.5) / (n - b + 0.5))
  expect(fit).toMatchObject({
    status: 'fitted',
    coefficients: [expect.closeTo(intercept, 8), expect.closeTo(second - intercept, 8)],
  })
})

test.each([
  [0, 1, 1, 1],
  [0, 1, 0, 1],
  [1, 1, 1, 1],
  [0, 10, 10, 10],
  [0, 2, 0, 1_000_000],
  [500_000, 1_000_000, 1_000_000, 1_000_000],
])(
  '%d of %d against %d of %d: every number is finite and every interval holds its estimate',
  (a, m, b, n) => {
    const fit = firthLogistic(two(a, m, b, n))
    if (fit.status !== 'fitted') throw new Error(fit.status)

    const coefficients = firthCoefficients(fit)
    const rates = predictedRates(fit)

    expect(
      coefficients.flatMap(({ estimate, error, low, high, chiSquare, p }) =>
        [estimate, error, low, high, chiSquare, p].filter((value) => !Number.isFinite(value)),
      ),
    ).toEqual([])
    expect(
      coefficients.filter(({ estimate, low, high }) => estimate <= low || estimate >= high),
    ).toEqual([])
    expect(
      rates.filter(
        ({ rate, low, high }) => !(low >= 0 && low <= rate && rate <= high && high <= 1),
      ),
    ).toEqual([])
  },
)

// Each cell has its own parameter, so that ½η − 31·log(1 + e^η) is the likelihood of the first: it has fallen by z²/2 at −55.96,
// where its information is nothing beside the others', and at 0.39840517868284 (R's uniroot).
test('a limit beyond what numbers can tell is infinite, the other one is not', () => {
  const fit = firthLogistic({
    columns: ['one', 'x', 'y'],
    rows: [
      { k: 0, n: 30, x: [1, 0, 0] },
      { k: 16, n: 30, x: [1, 1, 0] },
      { k: 1, n: 30, x: [1, 0, 1] },
    ],
  })
  if (fit.status !== 'fitted') throw new Error(fit.status)

  const { low, high } = profileLimits(fit, [1, 0, 0], { level: 1 - 2 ** -40 })
  const [rate] = predictedRates(fit, { level: 1 - 2 ** -40 })

  expect([low, high]).toEqual([Number.NEGATIVE_INFINITY, expect.closeTo(0.39840517868284, 8)])
  expect(rate?.low).toBe(0)
  expect(rate?.high).toBeLessThan(0.7)
})

// The two columns in the middle are alike, and stay alike on a saddle. Up to −16.71, where the best that SciPy finds from several
// starts (Nelder–Mead) has fallen by 3.841458820694 / 2, one of them is better off without the other.
test('a limit is not that of a saddle of the likelihood', () => {
  const fit = firthLogistic({
    columns: ['one', 'a', 'b', 'c'],
    rows: [
      { k: 0, n: 30, x: [1, 0, 0, 0] },
      { k: 1, n: 30, x: [1, 0, 0, 1] },
      { k: 0, n: 30, x: [1, 1, 0, 0] },
      { k: 30, n: 30, x: [1, 1, 0, 1] },
      { k: 0, n: 30, x: [1, 0, 1, 0] },
      { k: 30, n: 30, x: [1, 0, 1, 1] },
    ],
  })
  if (fit.status !== 'fitted') throw new Error(fit.status)

  expect(profileLimits(fit, [1, 0, 0, 0]).low).toBeCloseTo(-16.712517073, 8)
})

test('trials in one row and trials in many are the same fit', () => {
  const grouped = firthLogistic(two(3, 10, 9, 12))
  const alone = firthLogistic({
    columns: ['one', 'x'],
    rows: two(3, 10, 9, 12).rows.flatMap(({ k, n, x }) =>
      Array.from({ length: n }, (_, trial) => ({ k: trial < k ? 1 : 0, n: 1, x })),
    ),
  })

  if (grouped.status !== 'fitted' || alone.status !== 'fitted') throw new Error('not fitted')
  expect(grouped.coefficients).toEqual(alone.coefficients.map((each) => expect.closeTo(each, 9)))
  expect(grouped.logLikelihood).toBeCloseTo(alone.logLikelihood, 9)
})

test('columns that others make up are named with what makes them up', () => {
  const fit = firthLogistic({
    columns: ['one', 'a', 'b', 'same as a', 'neither', 'never'],
    rows: [
      { k: 1, n: 9, x: [1, 0, 0, 0, 1, 0] },
      { k: 2, n: 9, x: [1, 1, 0, 1, 0, 0] },
      { k: 3, n: 9, x: [1, 0, 1, 0, 0, 0] },
      // Nothing was counted here, so that it tells nothing apart.
      { k: 0, n: 0, x: [1, 1, 1, 0, 1, 1] },
    ],
  })

  expect(fit).toEqual({
    status: 'aliased',
    aliased: [
      { column: 'same as a', sumOf: [{ column: 'a', factor: expect.closeTo(1, 12) }] },
      {
        column: 'neither',
        sumOf: [
          { column: 'one', factor: expect.closeTo(1, 12) },
          { column: 'a', factor: expect.closeTo(-1, 12) },
          { column: 'b', factor: expect.closeTo(-1, 12) },
        ],
      },
      { column: 'never', sumOf: [] },
    ],
  })
})

test('nothing counted is said to be so', () => {
  expect([firthLogistic(two(0, 0, 0, 0)), firthLogistic({ columns: [], rows: [] })]).toEqual([
    { status: 'no-data' },
    { status: 'no-data' },
  ])
})

test('plain maximum likelihood is refused where the groups are separated', () => {
  const plain = firthLogistic(two(0, 10, 10, 10), { penalised: false })

  expect(plain).toMatchObject({ status: 'separated', separation: { kind: 'complete' } })
})

test('plain maximum likelihood is the log odds where there are events and others in each group', () => {
  expect(firthLogistic(two(2, 10, 30, 40), { penalised: false })).toMatchObject({
    status: 'fitted',
    coefficients: [expect.closeTo(Math.log(2 / 8), 10), expect.closeTo(Math.log(3 / (2 / 8)), 10)],
  })
})

test('turning events into what is none turns every sign', () => {
  const fit = firthLogistic(two(2, 10, 40, 40))
  const turned = firthLogistic(two(8, 10, 0, 40))
  if (fit.status !== 'fitted' || turned.status !== 'fitted') throw new Error('not fitted')

  const { low, high } = profileLimits(fit, [0, 1])
  expect(profileLimits(turned, [0, 1])).toEqual({
    low: expect.closeTo(-high, 8),
    high: expect.closeTo(-low, 8),
  })
})

test.each([
  ['more events than trials', { columns: ['one'], rows: [{ k: 3, n: 2, x: [1] }] }],
  ['a row too short', { columns: ['one', 'x'], rows: [{ k: 1, n: 2, x: [1] }] }],
  ['a covariate that is no number', { columns: ['x'], rows: [{ k: 1, n: 2, x: [Number.NaN] }] }],
])('%s is refused', (_, design) => {
  expect(() => firthLogistic(design)).toThrow(RangeError)
})

test('a column that is not there cannot be tested', () => {
  const fit = firthLogistic(two(2, 10, 5, 10))
  if (fit.status !== 'fitted') throw new Error(fit.status)

  expect(() => likelihoodRatioTest(fit, ['y'])).toThrow(
    'Cannot test "y": the fit has no such column',
  )
  expect(() => likelihoodRatioTest(fit, [])).toThrow(RangeError)
  expect(() => profileLimits(fit, [1, 0], { level: 95 })).toThrow(RangeError)
})
