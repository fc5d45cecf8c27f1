import { type BinomialDesign, checkDesign } from './binomial-design.ts'
import { type AliasedColumn, findAliased } from './find-aliased.ts'
import { findSeparation, type Separation } from './find-separation.ts'
import { entry, type SquareMatrix } from './matrix.ts'
import { maximiseLikelihood } from './maximise-likelihood.ts'
import { type LikelihoodData, likelihoodData } from './penalised-likelihood.ts'

/** A fitted regression. */
export interface FirthFit {
  readonly status: 'fitted'
  readonly design: BinomialDesign
  /** As the functions beside this one read the design. */
  readonly data: LikelihoodData
  /** Log odds, one for each column. */
  readonly coefficients: readonly number[]
  /** (X′WX)⁻¹ at the estimates. */
  readonly covariance: SquareMatrix
  /** With the penalty, at the estimates. */
  readonly logLikelihood: number
  readonly iterations: number
}

/** Why there are no estimates. */
export type FirthRefusal =
  /** Nothing was counted, or there is no column. */
  | { readonly status: 'no-data' }
  /** These columns are made up of others. Left out, the rest can be fitted. */
  | { readonly status: 'aliased'; readonly aliased: readonly AliasedColumn[] }
  /** Without the penalty: the greatest likelihood lies at infinity. */
  | { readonly status: 'separated'; readonly separation: Separation }
  /** The greatest likelihood was not reached. */
  | { readonly status: 'not-converged'; readonly iterations: number }

/**
 * Logistic regression with Firth’s penalty: the β at which U* = X′{k − nπ + h(½ − π)} is zero, which is where the likelihood
 * times the square root of the information’s determinant (Jeffreys’ prior) is greatest. It exists and is finite for every
 * design of full rank, also where covariates separate events from the rest, and its bias is of smaller order than that of
 * plain maximum likelihood. Events are counted by row, so that many trials in few cells cost what few trials do.
 *
 * The covariance is the inverse of the information of the data at the estimates, as in the papers and in `brglm2`;
 * newer versions of `logistf` invert the information with the penalty’s share added, whose errors are a little smaller. Intervals and tests do
 * not depend on it: `profileLimits`, `likelihoodRatioTest`.
 *
 * Sources: D. Firth, Biometrika 80 (1993) 27–38; G. Heinze and M. Schemper, Statistics in Medicine 21 (2002) 2409–2419;
 * I. Kosmidis and D. Firth, Jeffreys-prior penalty, finiteness and shrinkage in binomial-response generalized linear models,
 * Biometrika 108 (2021) 71–82.
 *
 * @param penalised `false`: plain maximum likelihood, for comparison
 * @throws RangeError for impossible counts or rows that do not fit the columns.
 */
export function firthLogistic(
  design: BinomialDesign,
  { penalised = true }: { readonly penalised?: boolean } = {},
): FirthFit | FirthRefusal {
  checkDesign('Firth regression', design)
  const data = likelihoodData(design, penalised)
  if (data.rows.length === 0 || design.columns.length === 0) return { status: 'no-data' }
  const aliased = findAliased(design)
  if (aliased.length > 0) return { status: 'aliased', aliased }
  const separation = penalised ? null : findSeparation(design)
  if (separation !== null && separation.kind !== 'none') return { status: 'separated', separation }

  const start = design.columns.map(() => 0)
  const { point, iterations, converged } = maximiseLikelihood(data, start)
  if (!converged || point.information === null) return { status: 'not-converged', iterations }
  return {
    status: 'fitted',
    design,
    data,
    coefficients: point.coefficients,
    covariance: point.information.inverse(),
    logLikelihood: point.value,
    iterations,
  }
}

/** The standard error of Σ contrast·β. */
export function standardError(
  { covariance }: Pick<FirthFit, 'covariance'>,
  contrast: readonly number[],
): number {
  return Math.sqrt(Math.max(0, covariance.quadratic(contrast)))
}

/** The contrast that is one coefficient. */
export function unitContrast({ columns }: BinomialDesign, place: number): number[] {
  entry(
    columns.map(() => 0),
    place,
  )
  return columns.map((_, at) => (at === place ? 1 : 0))
}
