import { checkLevel } from '../check-level.ts'
import { type FirthFit } from './firth-logistic.ts'
import { entry, SquareMatrix } from './matrix.ts'
import { addRow, likelihoodAt, residualOf, slopeAt } from './penalised-likelihood.ts'
import { studentCriticalValue } from './student-critical-value.ts'

/** Clusters below which sandwich errors are known to be too small whatever is done to them. */
export const FEWEST_CLUSTERS = 20

/** An error so much smaller than that of independent trials is rounding. */
const ALIKE = 1e-6

/** Trials of one row of a fit’s design that are in the same clusters. */
export interface ClusteredTrials {
  /** Place of the row in the design. */
  readonly row: number
  readonly k: number
  readonly n: number
  /** The number of the cluster that they are in, for each way of clustering: one or two. */
  readonly clusters: readonly number[]
}

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
      /** How many there are, for each way of clustering. */
      readonly clusters: readonly number[]
      readonly covariance: SquareMatrix
      /** Of the t distribution that the limits are from: the fewest clusters − 1. */
      readonly df: number
      /**
       * Null where the column is zero in all clusters but one, or differs from zero in all but one: what a single cluster adds by
       * chance cannot be told from what the column does, and the sandwich would call its error 0. Null also where all clusters
       * are alike, as they are with agents that do the same each time: nothing is seen of how they differ.
       */
      readonly coefficients: readonly (ClusteredCoefficient | null)[]
    }
  | { readonly status: 'refused'; readonly clusters: readonly number[]; readonly needed: number }

/**
 * Cluster-robust (sandwich) covariance of a fit: trials of one cluster may depend on one another in any way, clusters may not.
 *
 *     V = G/(G − 1) · B · (Σ_g u_g u_g′) · B,   B = (X′WX)⁻¹,   u_g = Σ_{i in g} x_i {k − nπ + nh(½ − π)}
 *
 * The u_g are the cluster’s parts of the modified score, which add up to zero at Firth’s estimates; for a fit without the penalty
 * h = 0, and V is what `vcovCL` of R’s sandwich prints for a binomial model (`type = "HC0"`, `cadjust = TRUE`) and Stata
 * by `vce(cluster)`. G/(G − 1) is the correction for few clusters that does not ask how trials are grouped into rows; limits
 * are by Student’s t with G − 1 degrees of freedom.
 *
 * Clustered in two ways, trials may depend on one another that share either cluster: V is the sum of the two less the V of what
 * they have in common, as `vcovCL` has it. That can be too small, or even negative, where there is little
 * dependence in one of the ways: the error of a coefficient is then the largest of the three.
 *
 * Sources: K.-Y. Liang and S. L. Zeger, Longitudinal data analysis using generalized linear models, Biometrika 73 (1986) 13–22;
 * A. C. Cameron and D. L. Miller, A practitioner’s guide to cluster-robust inference, Journal of Human Resources 50 (2015)
 * 317–372, sections II.C and VI (on few clusters); A. C. Cameron, J. B. Gelbach and D. L. Miller, Robust inference with multiway
 * clustering, Journal of Business & Economic Statistics 29 (2011) 238–249; J. G. MacKinnon, M. Ø. Nielsen and M. D. Webb,
 * Jackknife inference with two-way clustering, Queen’s Economics Department Working Paper 1516 (2024), on the largest of the three.
 *
 * @param trials all trials of the fit’s design; clusters are told apart by number within each way
 * @returns `refused` where one of the ways has fewer than {@link FEWEST_CLUSTERS} clusters.
 * @throws RangeError for trials that are not those of the design, clustered in more than two ways, or in none, or for a level outside (0, 1).
 */
export function clusterCovariance(
  fit: FirthFit,
  trials: readonly ClusteredTrials[],
  { level = 0.95 }: { readonly level?: number } = {},
): ClusterCovariance {
  checkLevel('cluster-robust errors', level)
  const ways = waysOf(fit, trials)
  const counted = trials.filter(({ n }) => n > 0)
  const counts = ways.map(
    (way) => new Set(counted.map(({ clusters }) => entry(clusters, way))).size,
  )
  const fewest = Math.min(...counts)
  if (fewest < FEWEST_CLUSTERS) {
    return { status: 'refused', clusters: counts, needed: FEWEST_CLUSTERS }
  }

  const scored = scoredTrials(fit, counted)
  const single = ways.map((way) => sandwich(fit, scored, ({ clusters }) => entry(clusters, way)))
  const [first = new SquareMatrix(0), second] = single.map(({ covariance }) => covariance)
  const covariance =
    second === undefined
      ? first
      : lessShared(
          [first, second],
          sandwich(fit, scored, ({ clusters }) => clusters.join()).covariance,
        )
  const df = fewest - 1
  const t = studentCriticalValue(level, df)
  return {
    status: 'computed',
    clusters: counts,
    covariance,
    df,
    coefficients: fit.design.columns.map((column, place) => {
      if (single.some(({ differs }) => !differs[place])) return null
      const squares = [covariance, first, second ?? first].map((each) => each.get(place, place))
      const error = Math.sqrt(Math.max(...squares, 0))
      if (error <= ALIKE * Math.sqrt(fit.covariance.get(place, place))) return null
      const estimate = entry(fit.coefficients, place)
      return { column, error, low: estimate - t * error, high: estimate + t * error }
    }),
  }
}

/** The places of the ways in which trials are clustered, once it is seen that they are those of the fit. */
function waysOf({ design }: FirthFit, trials: readonly ClusteredTrials[]): number[] {
  const counts = design.rows.map(() => ({ k: 0, n: 0 }))
  const ways = trials[0]?.clusters.length ?? 0
  for (const { row, k, n, clusters } of trials) {
    const count = counts[row]
    if (count === undefined || clusters.length !== ways) {
      throw new RangeError(
        `Cannot compute cluster-robust errors: trials of row ${row} in ${clusters.length} clusters, of ${counts.length} rows in ${ways}`,
      )
    }
    count.k += k
    count.n += n
  }
  const other = counts.findIndex(
    ({ k, n }, place) => k !== design.rows[place]?.k || n !== design.rows[place]?.n,
  )
  if (other !== -1 || ways < 1 || ways > 2) {
    throw new RangeError(
      other === -1
        ? `Cannot compute cluster-robust errors: clusters are of one kind or of two, not of ${ways}`
        : `Cannot compute cluster-robust errors: the trials of row ${other} are not those of the design`,
    )
  }
  return ways === 1 ? [0] : [0, 1]
}

interface ScoredTrials extends Pick<ClusteredTrials, 'clusters'> {
  readonly covariates: FirthFit['data']['rows'][number]
  readonly residual: number
}

/** Trials with what they give to the score. */
function scoredTrials(
  { data, design, coefficients }: FirthFit,
  trials: readonly ClusteredTrials[],
): ScoredTrials[] {
  const point = likelihoodAt(data, coefficients)
  const { leverages } = slopeAt(data, point)
  // The data have no rows without trials.
  const counted = [...design.rows.keys()].filter((row) => (design.rows[row]?.n ?? 0) > 0)
  const places = new Map(counted.map((row, place) => [row, place]))
  return trials.flatMap(({ row, clusters, k, n }) => {
    const place = places.get(row) ?? -1
    const covariates = data.rows[place]
    if (covariates === undefined) return []
    const predictor = entry(point.predictors, place)
    return [
      { clusters, covariates, residual: residualOf({ k, n }, predictor, entry(leverages, place)) },
    ]
  })
}

/** By one way of clustering: V, and which columns are zero in two clusters or more and something else in as many, or in all. */
function sandwich(
  { data, covariance: bread }: FirthFit,
  trials: readonly ScoredTrials[],
  clusterOf: (trials: ScoredTrials) => number | string,
): { covariance: SquareMatrix; differs: boolean[] } {
  const clusters = Map.groupBy(trials, clusterOf)
  const meat = new SquareMatrix(data.size)
  const within = Array.from({ length: data.size }, () => 0)
  const outside = Array.from({ length: data.size }, () => 0)
  for (const members of clusters.values()) {
    const score = Array.from({ length: data.size }, () => 0)
    const having = Array.from({ length: data.size }, () => 0)
    for (const { covariates, residual } of members) {
      addRow(score, covariates, residual)
      for (const place of covariates.places) having[place] = entry(having, place) + 1
    }
    for (const [place, count] of having.entries()) {
      if (count > 0) within[place] = entry(within, place) + 1
      if (count < members.length) outside[place] = entry(outside, place) + 1
    }
    addSquare(meat, score)
  }
  return {
    covariance: filled(bread, meat, clusters.size / (clusters.size - 1)),
    differs: within.map(
      (count, place) => count >= 2 && (count === clusters.size || entry(outside, place) >= 2),
    ),
  }
}

/** Adds uu′. Of a score most entries are zero where a cluster is of few cells. */
function addSquare(sum: SquareMatrix, score: readonly number[]): void {
  const places = [...score.keys()].filter((place) => score[place] !== 0)
  for (const row of places) {
    for (const column of places) sum.add(row, column, entry(score, row) * entry(score, column))
  }
}

/** factor · bread · meat · bread. Both are symmetric. */
function filled(bread: SquareMatrix, meat: SquareMatrix, factor: number): SquareMatrix {
  const sum = new SquareMatrix(bread.size)
  for (let row = 0; row < bread.size; row++) {
    const half = meat.times([...bread.row(row)])
    for (const [column, value] of bread.times(half).entries()) sum.set(row, column, factor * value)
  }
  return sum
}

function lessShared(ways: readonly SquareMatrix[], shared: SquareMatrix): SquareMatrix {
  const sum = new SquareMatrix(shared.size)
  for (let row = 0; row < sum.size; row++) {
    for (let column = 0; column < sum.size; column++) {
      const both = ways.reduce((total, way) => total + way.get(row, column), 0)
      sum.set(row, column, both - shared.get(row, column))
    }
  }
  return sum
}
