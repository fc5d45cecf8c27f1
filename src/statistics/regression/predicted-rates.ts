import { checkLevel } from '../check-level.ts'
import { correctIntercept } from './correct-intercept.ts'
import type { FirthFit } from './firth-logistic.ts'
import { expit } from './logistic.ts'
import { dot } from './matrix.ts'
import { profileLimits } from './profile-limits.ts'

/** A rate as the model has it, between 0 and 1, with its interval. */
export interface PredictedRate {
  readonly rate: number
  readonly low: number
  readonly high: number
}

/**
 * The rate that the model predicts for each row of its design, by FLIC: Firth’s coefficients with the intercept of
 * `correctIntercept`, so that the rates average to the observed one.
 *
 * The interval is the profile penalised likelihood interval of the row’s predictor x′β, moved by the same correction as the
 * estimate, on the scale of rates. A symmetric interval from the standard error was not chosen: in a cell without events its upper limit is
 * more than twice as high, for the same coverage elsewhere. That the correction is itself estimated is not in
 * the interval. Without any event (or with nothing else) the correction is infinite: the rate is then 0 (1), the limit
 * beyond it is that of the uncorrected predictor.
 *
 * @throws RangeError for a level outside (0, 1).
 */
export function predictedRates(
  fit: FirthFit,
  { level = 0.95 }: { readonly level?: number } = {},
): PredictedRate[] {
  checkLevel('predicted rates', level)
  const { rows } = fit.design
  const predictors = rows.map(({ x }) => dot(x, fit.coefficients))
  const correction = correctIntercept(rows, predictors)
  return rows.map(({ x }) => {
    const { low, high } = profileLimits(fit, x, { level })
    return {
      rate: expit(dot(x, fit.coefficients) + correction),
      low: expit(low + (correction === Number.POSITIVE_INFINITY ? 0 : correction)),
      high: expit(high + (correction === Number.NEGATIVE_INFINITY ? 0 : correction)),
    }
  })
}
