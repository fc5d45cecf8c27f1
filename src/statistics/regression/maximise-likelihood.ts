import { cholesky } from './cholesky.ts'
import { dot, entry, SquareMatrix } from './matrix.ts'
import {
  type LikelihoodData,
  type LikelihoodPoint,
  type LikelihoodSlope,
  likelihoodAt,
  predictorOf,
  slopeAt,
} from './penalised-likelihood.ts'

export interface Maximum {
  readonly point: LikelihoodPoint
  /** How fast the maximum changes with the value of each contrast; none where the information is singular. */
  readonly multipliers: readonly number[]
  readonly iterations: number
  readonly converged: boolean
}

/** No predictor moves by more in one step, as in `logistf` no coefficient does: its odds change by a factor of 148 at most. */
const LONGEST_STEP = 5
const MOST_HALVINGS = 40
const MOST_ITERATIONS = 500
/** Of U′A⁻¹U, about twice what is left to gain: steps are then shorter than 1e-10 standard errors. */
const NEAREST = 1e-20
/** The same where only the likelihood itself is asked for, of whose maximum this is all that is missing. */
export const NEAR_IN_LIKELIHOOD = 1e-14

/**
 * Maximises the (penalised) likelihood, with linear constraints if there are any, by Newton steps in the information of the
 * data together with what the penalty adds to them. That matrix is positive definite, so that each step goes uphill; one
 * that goes too far is halved until the likelihood is no lower. Where the information is singular at `start`, that is all
 * that is returned, with a likelihood of 0.
 *
 * @param contrasts Σ contrast·β stays what it is at `start`. One that is 1 at one place and 0 elsewhere holds that coefficient.
 */
export function maximiseLikelihood(
  data: LikelihoodData,
  start: readonly number[],
  contrasts: readonly (readonly number[])[] = [],
  nearEnough = NEAREST,
): Maximum {
  let point = likelihoodAt(data, start)
  for (let iterations = 0; ; iterations++) {
    const step = point.information === null ? null : newtonStep(slopeAt(data, point), contrasts)
    const gain = step === null ? Number.POSITIVE_INFINITY : Math.abs(step.gain)
    const ended = { point, multipliers: step?.multipliers ?? [], iterations }
    if (gain <= nearEnough) return { ...ended, converged: true }
    if (step === null || iterations === MOST_ITERATIONS) return { ...ended, converged: false }

    const next = uphill(data, point, step.delta)
    // Rounding hides what would still be gained: that is as near as numbers come.
    if (next === null) return { ...ended, converged: gain <= 1e-9 }
    point = next
  }
}

function uphill(
  data: LikelihoodData,
  from: LikelihoodPoint,
  delta: readonly number[],
): LikelihoodPoint | null {
  const longest = data.rows.reduce(
    (most, row) => Math.max(most, Math.abs(predictorOf(row, delta))),
    0,
  )
  const rounding = 1e-14 * (1 + Math.abs(from.value))
  let share = longest > LONGEST_STEP ? LONGEST_STEP / longest : 1
  for (let halvings = 0; halvings < MOST_HALVINGS; halvings++) {
    const coefficients = from.coefficients.map((value, at) => value + share * entry(delta, at))
    if (coefficients.every((value, at) => value === from.coefficients[at])) return null
    const next = likelihoodAt(data, coefficients)
    if (next.value >= from.value - rounding) return next
    share /= 2
  }
  return null
}

interface Step {
  readonly delta: readonly number[]
  readonly multipliers: readonly number[]
  /** δ′(U − C′λ). δ′Cλ is zero but for rounding, which would be all that is left of the product with U alone. */
  readonly gain: number
}

/** δ = A⁻¹(U − C′λ) with λ = (CA⁻¹C′)⁻¹CA⁻¹U: the step that leaves the contrasts as they are. */
function newtonStep(
  { augmented, score }: LikelihoodSlope,
  contrasts: readonly (readonly number[])[],
): Step | null {
  if (augmented === null) return null
  const free = augmented.solve(score)
  if (contrasts.length === 0) return { delta: free, multipliers: [], gain: dot(free, score) }

  const towards = contrasts.map((contrast) => augmented.solve(contrast))
  const multipliers = solveSmall(
    contrasts.map((contrast) => towards.map((solved) => dot(contrast, solved))),
    contrasts.map((contrast) => dot(contrast, free)),
  )
  if (multipliers === null) return null
  const pulled = score.map(
    (value, at) =>
      value -
      dot(
        multipliers,
        contrasts.map((contrast) => entry(contrast, at)),
      ),
  )
  const delta = augmented.solve(pulled)
  return { delta, multipliers, gain: dot(delta, pulled) }
}

function solveSmall(
  rows: readonly (readonly number[])[],
  right: readonly number[],
): number[] | null {
  const matrix = new SquareMatrix(rows.length)
  for (const [row, values] of rows.entries()) {
    for (const [column, value] of values.entries()) matrix.set(row, column, value)
  }
  return cholesky(matrix)?.solve(right) ?? null
}
