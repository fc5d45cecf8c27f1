import { expect, test } from 'vitest'
import { correctIntercept } from './correct-intercept.ts'
import { firthLogistic } from './firth-logistic.ts'
import { predictedRates } from './predicted-rates.ts'

const rows = [
  { k: 0, n: 300, x: [1, 0, 0] },
  { k: 4, n: 300, x: [1, 1, 0] },
  { k: 1, n: 100, x: [1, 0, 1] },
  { k: 9, n: 100, x: [1, 1, 1] },
]

test('predicted rates average to the observed one', () => {
  const fit = firthLogistic({ columns: ['one', 'a', 'b'], rows })
  if (fit.status !== 'fitted') throw new Error(fit.status)

  const rates = predictedRates(fit)

  const expected = rates.reduce((sum, { rate }, place) => sum + rate * (rows[place]?.n ?? 0), 0)
  expect(expected).toBeCloseTo(14, 10)
})

test('without any event all rates are 0, and the upper limit is that of Firth’s fit', () => {
  const fit = firthLogistic({ columns: ['one'], rows: [{ k: 0, n: 300, x: [1] }] })
  if (fit.status !== 'fitted') throw new Error(fit.status)

  // Half an event and half a trial without one are added: 2·(ℓ(0.5/301) − ℓ(p)) is 3.8415 at this p.
  expect(predictedRates(fit)).toEqual([
    { rate: 0, low: 0, high: expect.closeTo(0.01116115628344, 10) },
  ])
})

test('with nothing but events all rates are 1', () => {
  const fit = firthLogistic({ columns: ['one'], rows: [{ k: 7, n: 7, x: [1] }] })
  if (fit.status !== 'fitted') throw new Error(fit.status)

  expect(predictedRates(fit)).toMatchObject([{ rate: 1, high: 1 }])
})

test('the correction is 0 where rates are right on average', () => {
  const counts = [
    { k: 10, n: 40 },
    { k: 30, n: 40 },
  ]

  expect(correctIntercept(counts, [Math.log(1 / 3), Math.log(3)])).toBeCloseTo(0, 12)
  expect(correctIntercept(counts, [-700, 700])).toSatisfy(Number.isFinite)
  expect(() => correctIntercept([{ k: 0, n: 0 }], [0])).toThrow(RangeError)
})
