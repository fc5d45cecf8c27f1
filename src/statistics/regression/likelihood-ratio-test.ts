import { chiSquareTail } from './chi-square-tail.ts'
import { type FirthFit, unitContrast } from './firth-logistic.ts'
import { maximiseLikelihood, NEAR_IN_LIKELIHOOD } from './maximise-likelihood.ts'

export interface LikelihoodRatioTest {
  readonly chiSquare: number
  readonly df: number
  readonly p: number
}

/**
 * Penalised likelihood ratio test that the coefficients of the named columns are all zero: twice the log likelihood that is
 * lost by holding them there, against a chi-square. The penalty stays that of the whole design.
 *
 * Source: G. Heinze and M. Schemper, Statistics in Medicine 21 (2002) 2409–2419, section 3.1.
 *
 * @throws RangeError for no column, or one that is not in the fit.
 */
export function likelihoodRatioTest(
  fit: FirthFit,
  columns: readonly string[],
): LikelihoodRatioTest {
  if (columns.length === 0) throw new RangeError('Cannot test coefficients: none is named')
  const contrasts = [...new Set(columns)].map((column) => {
    const place = fit.design.columns.indexOf(column)
    if (place === -1) throw new RangeError(`Cannot test "${column}": the fit has no such column`)
    return unitContrast(fit.design, place)
  })
  // From zeros, where no information is singular: that is not so wherever only the tested ones are 0.
  const start = fit.coefficients.map(() => 0)
  const held = maximiseLikelihood(fit.data, start, contrasts, NEAR_IN_LIKELIHOOD)
  const chiSquare = Math.max(0, 2 * (fit.logLikelihood - held.point.value))
  return { chiSquare, df: contrasts.length, p: chiSquareTail(chiSquare, contrasts.length) }
}
