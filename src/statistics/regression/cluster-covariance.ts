import { checkLevel } from '../check-level.ts'
import type { FirthFit } from './firth-logistic.ts'
import { entry, SquareMatrix } from './matrix.ts'
import { addRow, likelihoodAt, slopeAt } from './penalised-likelihood.ts'
import { studentCriticalValue } from './student-critical-value.ts'

/** Clusters below which sandwich errors are known to be too small whatever is done to them. */
export const FEWEST_CLUSTERS = 20

/** A coefficient with what the clusters say of its error. */
export interface ClusteredCoefficient {
  readonly column: string
  readonly error: number
  readonly low: number
  readonly high: number
}

export type ClusterCovariance =
  | {
      readonly status: 'computed'
      readonly clusters: number
      readonly covariance: SquareMatrix
      /** Of the t distribution that the limits are from: clusters − 1. */
      readonly df: number
      /**
       * Null where the column is zero in all clusters but one, or differs from zero in all but one: what a single cluster adds by
       * chance cannot be told from what the column does, and the sandwich would call its error 0.
       */
      readonly coefficients: readonly (ClusteredCoefficient | null)[]
    }
  | { readonly status: 'refused'; readonly clusters: number; readonly needed: number }

/**
 * Cluster-robust (sandwich) covariance of a fit: trials of one cluster may depend on one another in any way, clusters may not.
 *
 *     V = G/(G − 1) · B · (Σ_g u_g u_g′) · B,   B = (X′WX)⁻¹,   u_g = Σ_{i in g} x_i {k − nπ + h(½ − π)}
 *
 * The u_g are the cluster’s parts of the modified score, which add up to zero at Firth’s estimates; for a fit without the penalty
 * h = 0, and V is what `vcovCL` of R’s sandwich prints for a binomial model (`type = "HC0"`, `cadjust = TRUE`) and Stata
 * by `vce(cluster)`. G/(G − 1) is the correction for few clusters that does not ask how trials are grouped into rows; limits
 * are by Student’s t with G − 1 degrees of freedom.
 *
 * Sources: K.-Y. Liang and S. L. Zeger, Longitudinal data analysis using generalized linear models, Biometrika 73 (1986) 13–22;
 * A. C. Cameron and D. L. Miller, A practitioner’s guide to cluster-robust inference, Journal of Human Resources 50 (2015)
 * 317–372, sections II.C and VI (on few clusters).
 *
 * @param clusters the cluster of each row of the fit’s design
 * @returns `refused` below {@link FEWEST_CLUSTERS} clusters with trials.
 * @throws RangeError for a cluster too many or too few, or a level outside (0, 1).
 */
export function clusterCovariance(
  fit: FirthFit,
  clusters: readonly string[],
  { level = 0.95 }: { readonly level?: number } = {},
): ClusterCovariance {
  checkLevel('cluster-robust errors', level)
  const { design, data, coefficients } = fit
  if (clusters.length !== design.rows.length) {
    throw new RangeError(
      `Cannot compute cluster-robust errors: ${clusters.length} clusters for ${design.rows.length} rows`,
    )
  }
  const counted = clusters.filter((_, place) => (design.rows[place]?.n ?? 0) > 0)
  const groups = Map.groupBy([...counted.keys()], (place) => counted[place])
  if (groups.size < FEWEST_CLUSTERS) {
    return { status: 'refused', clusters: groups.size, needed: FEWEST_CLUSTERS }
  }

  const { residuals } = slopeAt(data, likelihoodAt(data, coefficients))
  const correction = groups.size / (groups.size - 1)
  const covariance = new SquareMatrix(data.size)
  for (const places of groups.values()) {
    const score = coefficients.map(() => 0)
    for (const place of places) {
      const row = data.rows[place]
      if (row !== undefined) addRow(score, row, entry(residuals, place))
    }
    addOuter(covariance, fit.covariance.times(score), correction)
  }

  const df = groups.size - 1
  const t = studentCriticalValue(level, df)
  return {
    status: 'computed',
    clusters: groups.size,
    covariance,
    df,
    coefficients: design.columns.map((column, place) => {
      const within = [...groups.values()].filter((rows) =>
        rows.some((row) => data.rows[row]?.places.includes(place) ?? false),
      ).length
      const constant = within === groups.size
      const outside = [...groups.values()].filter((rows) =>
        rows.some((row) => !(data.rows[row]?.places.includes(place) ?? false)),
      ).length
      if (within < 2 || (!constant && outside < 2)) return null
      const error = Math.sqrt(Math.max(0, covariance.get(place, place)))
      const estimate = entry(coefficients, place)
      return { column, error, low: estimate - t * error, high: estimate + t * error }
    }),
  }
}

function addOuter(sum: SquareMatrix, vector: readonly number[], factor: number): void {
  for (const [row, value] of vector.entries()) {
    for (const [column, other] of vector.entries()) sum.add(row, column, factor * value * other)
  }
}
