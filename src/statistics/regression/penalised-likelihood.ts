import type { BinomialDesign, BinomialRow } from './binomial-design.ts'
import { type Cholesky, cholesky } from './cholesky.ts'
import { expit, logisticVariance, softplus } from './logistic.ts'
import { entry, SquareMatrix } from './matrix.ts'

/** A row whose zeros are left out: of the columns of factors most are. */
interface SparseRow extends Pick<BinomialRow, 'k' | 'n'> {
  readonly places: readonly number[]
  readonly values: readonly number[]
}

/** A design as the likelihood reads it. Rows without trials say nothing and are left out. */
export interface LikelihoodData {
  readonly size: number
  readonly rows: readonly SparseRow[]
  /** Whether Jeffreys’ penalty is added. */
  readonly penalised: boolean
}

/** The likelihood at one point. `value` is −∞ where the information is singular as far as numbers tell. */
export interface LikelihoodPoint {
  readonly coefficients: readonly number[]
  readonly value: number
  readonly predictors: readonly number[]
  /** X′WX with W = n·π(1 − π), taken apart. */
  readonly information: Cholesky | null
}

/** The slope of the likelihood at a point. */
export interface LikelihoodSlope {
  readonly score: readonly number[]
  /** What a trial of each row weighs in the penalty: its share of the trace of the hat matrix. */
  readonly leverages: readonly number[]
  /** X′(W + hπ(1 − π))X: the information of the data together with what the penalty adds to them. */
  readonly augmented: Cholesky | null
}

export function likelihoodData(design: BinomialDesign, penalised: boolean): LikelihoodData {
  const rows = design.rows
    .filter(({ n }) => n > 0)
    .map(({ k, n, x }) => {
      const places = [...x.keys()].filter((place) => x[place] !== 0)
      return { k, n, places, values: places.map((place) => entry(x, place)) }
    })
  return { size: design.columns.length, rows, penalised }
}

/**
 * ℓ*(β) = Σ {k·η − n·log(1 + e^η)} + ½ log |X′WX|, η = Xβ: the log likelihood with the penalty of Firth, by the factor that
 * does not depend on β.
 *
 * Sources: D. Firth, Bias reduction of maximum likelihood estimates, Biometrika 80 (1993) 27–38; G. Heinze and M. Schemper, A solution
 * to the problem of separation in logistic regression, Statistics in Medicine 21 (2002) 2409–2419.
 */
export function likelihoodAt(
  data: LikelihoodData,
  coefficients: readonly number[],
): LikelihoodPoint {
  const predictors = data.rows.map((row) => predictorOf(row, coefficients))
  const information = cholesky(
    weightedSquares(data, (place, { n }) => n * logisticVariance(entry(predictors, place))),
  )
  const plain = data.rows.reduce((sum, { k, n }, place) => {
    const predictor = entry(predictors, place)
    // Two sums of small terms, and not k·η − n·log(1 + e^η), which are two large ones.
    return sum - k * softplus(-predictor) - (n - k) * softplus(predictor)
  }, 0)
  const penalty = data.penalised ? (information?.logDeterminant ?? 0) / 2 : 0
  const value = information === null ? Number.NEGATIVE_INFINITY : plain + penalty
  return { coefficients, value, predictors, information }
}

/**
 * The modified score U* = X′{k − nπ + nh(½ − π)}, h a trial’s share of the trace of the hat matrix.
 *
 * @throws RangeError at a point whose information is singular.
 */
export function slopeAt(data: LikelihoodData, point: LikelihoodPoint): LikelihoodSlope {
  const { information, predictors } = point
  if (information === null) throw new RangeError('There is no score where information is singular')
  const inverse = information.inverse()
  const leverages = data.rows.map((row, place) =>
    data.penalised ? logisticVariance(entry(predictors, place)) * quadraticOf(row, inverse) : 0,
  )
  const score = Array.from({ length: data.size }, () => 0)
  for (const [place, row] of data.rows.entries()) {
    addRow(score, row, residualOf(row, entry(predictors, place), entry(leverages, place)))
  }
  const augmented = cholesky(
    weightedSquares(
      data,
      (place, { n }) =>
        n * (1 + entry(leverages, place)) * logisticVariance(entry(predictors, place)),
    ),
  )
  return { score, leverages, augmented }
}

/** What trials give to the score, before it is multiplied by their covariates: k − nπ + nh(½ − π). */
export function residualOf(
  { k, n }: Pick<BinomialRow, 'k' | 'n'>,
  predictor: number,
  leverage: number,
): number {
  const towardsHalf = -Math.tanh(predictor / 2) / 2
  // k − nπ, without the cancellation where π is next to 1.
  const plain = k * expit(-predictor) - (n - k) * expit(predictor)
  return plain + n * leverage * towardsHalf
}

/** Adds `weight` times the row’s covariates to `sum`. */
export function addRow(sum: number[], { places, values }: SparseRow, weight: number): void {
  for (let at = 0; at < places.length; at++) {
    const place = entry(places, at)
    sum[place] = entry(sum, place) + weight * entry(values, at)
  }
}

/** x′β of one row. */
export function predictorOf(
  { places, values }: Pick<SparseRow, 'places' | 'values'>,
  coefficients: readonly number[],
): number {
  let sum = 0
  for (let at = 0; at < places.length; at++) {
    sum += entry(values, at) * entry(coefficients, entry(places, at))
  }
  return sum
}

function quadraticOf({ places, values }: SparseRow, matrix: SquareMatrix): number {
  let sum = 0
  for (let a = 0; a < places.length; a++) {
    const row = matrix.row(entry(places, a))
    for (let b = 0; b < places.length; b++) {
      sum += entry(values, a) * entry(values, b) * entry(row, entry(places, b))
    }
  }
  return sum
}

/** The lower half of Σ weight·xx′; places are in ascending order. */
function weightedSquares(
  { size, rows }: LikelihoodData,
  weightOf: (place: number, row: SparseRow) => number,
): SquareMatrix {
  const sum = new SquareMatrix(size)
  for (const [place, row] of rows.entries()) {
    const weight = weightOf(place, row)
    for (let a = 0; a < row.places.length; a++) {
      const into = sum.row(entry(row.places, a))
      const weighted = weight * entry(row.values, a)
      for (let b = 0; b <= a; b++) {
        const column = entry(row.places, b)
        into[column] = entry(into, column) + weighted * entry(row.values, b)
      }
    }
  }
  return sum
}
