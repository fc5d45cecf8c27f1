import { type FirthFit, standardError, unitContrast } from './firth-logistic.ts'
import { likelihoodRatioTest } from './likelihood-ratio-test.ts'
import { profileLimits } from './profile-limits.ts'

/** A line of what `logistf` prints: log odds, with interval and test by the penalised likelihood. */
export interface FirthCoefficient {
  readonly column: string
  readonly estimate: number
  readonly error: number
  readonly low: number
  readonly high: number
  readonly chiSquare: number
  readonly p: number
}

/** @throws RangeError for a level outside (0, 1). */
export function firthCoefficients(
  fit: FirthFit,
  { level = 0.95 }: { readonly level?: number } = {},
): FirthCoefficient[] {
  return fit.design.columns.map((column, place) => {
    const contrast = unitContrast(fit.design, place)
    const { low, high } = profileLimits(fit, contrast, { level })
    const { chiSquare, p } = likelihoodRatioTest(fit, [column])
    return {
      column,
      estimate: fit.coefficients[place] ?? 0,
      error: standardError(fit, contrast),
      low,
      high,
      chiSquare,
      p,
    }
  })
}
