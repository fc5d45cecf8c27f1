import type { RegressionLevel, RegressionResult, RegressionTerm } from '../../records/regression.ts'
import {
  type ClusterCovariance,
  clusterCovariance,
} from '../../statistics/regression/cluster-covariance.ts'
import { findAliased } from '../../statistics/regression/find-aliased.ts'
import { findSeparation, type Separation } from '../../statistics/regression/find-separation.ts'
import {
  type FirthCoefficient,
  firthCoefficients,
} from '../../statistics/regression/firth-coefficients.ts'
import { type FirthFit, firthLogistic } from '../../statistics/regression/firth-logistic.ts'
import { likelihoodRatioTest } from '../../statistics/regression/likelihood-ratio-test.ts'
import type { ModelTerm, ModelTerms } from '../../statistics/regression/model-terms.ts'
import { type PredictedRate, predictedRates } from '../../statistics/regression/predicted-rates.ts'
import type { RegressionClusters } from './regression-clusters.ts'

/** What is made of the cells by the model, and why if nothing is. */
export interface FittedRegression
  extends Pick<
    RegressionResult,
    'unfitted' | 'intercept' | 'terms' | 'aliased' | 'separation' | 'clusters'
  > {
  /** One for each row of the design; none where the model could not be fitted. */
  readonly rates: readonly PredictedRate[]
}

/** Fits the model to its rows, without the columns that others make up. */
export function fitRegression(
  model: ModelTerms,
  { trials, ...clusters }: RegressionClusters,
  { level, basis }: Pick<RegressionResult, 'level' | 'basis'>,
): FittedRegression {
  const aliased = findAliased(model.design)
  const names = new Set(aliased.map(({ column }) => column))
  const design = without(model, names)
  const nothing = {
    intercept: null,
    terms: [],
    aliased: aliased.map(({ column, sumOf }) => ({ column, of: sumOf.map((each) => each.column) })),
    separation: null,
    clusters: { ...clusters, by: [] },
    rates: [],
  }
  const events = design.rows.reduce((sum, { k }) => sum + k, 0)
  const counted = design.rows.reduce((sum, { n }) => sum + n, 0)
  if (events === 0) return { ...nothing, unfitted: 'no-event' }
  if (events === counted) return { ...nothing, unfitted: 'only-events' }
  if (design.columns.length < 2) return { ...nothing, unfitted: 'nothing-varies' }
  const fit = firthLogistic(design)
  if (fit.status !== 'fitted') return { ...nothing, unfitted: 'not-converged' }

  const separation = findSeparation(design)
  const withheld = basis === 'sequence'
  const isClustered = clusters.by.length > 0 && !withheld
  const robust = isClustered ? clusterCovariance(fit, trials, { level }) : null
  const coefficients = firthCoefficients(fit, { level })
  const [first] = coefficients
  return {
    ...nothing,
    unfitted: null,
    intercept: first === undefined ? null : interceptOf(first, withheld),
    terms: model.terms.flatMap((term) =>
      termOf(term, { fit, coefficients, separation, robust, withheld }),
    ),
    separation: separation?.kind ?? null,
    clusters: { ...clusters, by: isClustered ? clusters.by : [] },
    rates: predictedRates(fit, { level }),
  }
}

function without({ design }: ModelTerms, names: ReadonlySet<string>): ModelTerms['design'] {
  const kept = [...design.columns.keys()].filter((at) => !names.has(design.columns[at] ?? ''))
  return {
    columns: kept.flatMap((at) => design.columns[at] ?? []),
    rows: design.rows.map((row) => ({ ...row, x: kept.map((at) => row.x[at] ?? 0) })),
  }
}

function interceptOf(
  { estimate, error, low, high }: FirthCoefficient,
  withheld: boolean,
): RegressionResult['intercept'] {
  return {
    logOdds: estimate,
    error,
    low: withheld ? null : finite(low),
    high: withheld ? null : finite(high),
  }
}

interface TermParts {
  readonly fit: FirthFit
  readonly coefficients: readonly FirthCoefficient[]
  readonly separation: Separation | null
  readonly robust: ClusterCovariance | null
  readonly withheld: boolean
}

/** None where all of its columns are made up of others. */
function termOf(term: ModelTerm, parts: TermParts): RegressionTerm[] {
  const levels = term.columns.flatMap(({ name, level }) => {
    const coefficient = parts.coefficients.find(({ column }) => column === name)
    return coefficient === undefined ? [] : [levelOf(coefficient, level, parts)]
  })
  if (levels.length === 0) return []
  const columns = levels.map(({ column }) => column)
  return [
    {
      name: term.name,
      reference: term.reference,
      test: parts.withheld ? null : likelihoodRatioTest(parts.fit, columns),
      levels,
    },
  ]
}

function levelOf(
  coefficient: FirthCoefficient,
  level: string,
  { separation, robust, withheld }: TermParts,
): RegressionLevel {
  const { column, estimate, error, low, high, chiSquare, p } = coefficient
  const infinite = separation?.infinite.find((each) => each.column === column)
  // Firth's estimate hardly differs between clusters there: the sandwich would take the penalty's doing for certain.
  const isSeparated = infinite !== undefined || separation?.kind === 'complete'
  const clustered =
    robust?.status === 'computed' && !isSeparated
      ? robust.coefficients.find((each) => each?.column === column)
      : undefined
  return {
    column,
    level,
    logOdds: estimate,
    error,
    oddsRatio: Math.exp(estimate),
    low: withheld ? null : finite(Math.exp(low)),
    high: withheld ? null : finite(Math.exp(high)),
    test: withheld ? null : { chiSquare, p },
    infinite: infinite === undefined ? null : infinite.sign < 0 ? 'zero' : 'infinity',
    clustered:
      clustered === undefined || clustered === null
        ? null
        : {
            error: clustered.error,
            low: Math.exp(clustered.low),
            high: Math.exp(clustered.high),
          },
  }
}

/** JSON has no infinity. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
