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

/** Σ contrast·β is held at `value`. A contrast that is 1 at one place and 0 elsewhere holds that coefficient. */
export interface Constraint {
  readonly contrast: readonly number[]
  readonly value: number
}

export interface Maximum {
  readonly point: LikelihoodPoint
  readonly slope: LikelihoodSlope
  /** How fast the maximum changes as each constraint’s value does. */
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
 * that goes too far is halved until the likelihood is no lower.
 *
 * @param start where to begin; it is first moved to where the constraints hold.
 */
export function maximiseLikelihood(
  data: LikelihoodData,
  start: readonly number[],
  constraints: readonly Constraint[] = [],
  nearEnough = NEAREST,
): Maximum {
  let point = likelihoodAt(data, moveInto(start, constraints))
  for (let iterations = 0; ; iterations++) {
    const slope = slopeAt(data, point)
    const step = newtonStep(slope, constraints)
    const gain = step === null ? Number.POSITIVE_INFINITY : Math.abs(step.gain)
    const ended = { point, slope, multipliers: step?.multipliers ?? [], iterations }
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

/** δ = A⁻¹(U − C′λ) with λ = (CA⁻¹C′)⁻¹CA⁻¹U: the step that leaves the constraints as they are. */
function newtonStep(
  { augmented, score }: LikelihoodSlope,
  constraints: readonly Constraint[],
): Step | null {
  if (augmented === null) return null
  const free = augmented.solve(score)
  if (constraints.length === 0) return { delta: free, multipliers: [], gain: dot(free, score) }

  const towards = constraints.map(({ contrast }) => augmented.solve(contrast))
  const multipliers = solveSmall(
    constraints.map(({ contrast }) => towards.map((solved) => dot(contrast, solved))),
    constraints.map(({ contrast }) => dot(contrast, free)),
  )
  if (multipliers === null) return null
  const pulled = score.map(
    (value, at) =>
      value -
      dot(
        multipliers,
        constraints.map(({ contrast }) => entry(contrast, at)),
      ),
  )
  const delta = augmented.solve(pulled)
  return { delta, multipliers, gain: dot(delta, pulled) }
}

/** The nearest coefficients to `start` at which the constraints hold. */
function moveInto(start: readonly number[], constraints: readonly Constraint[]): readonly number[] {
  if (constraints.length === 0) return start
  const shares = solveSmall(
    constraints.map((a) => constraints.map((b) => dot(a.contrast, b.contrast))),
    constraints.map(({ contrast, value }) => value - dot(contrast, start)),
  )
  if (shares === null) throw new RangeError('Cannot hold constraints that depend on one another')
  return start.map(
    (value, at) =>
      value +
      dot(
        shares,
        constraints.map(({ contrast }) => entry(contrast, at)),
      ),
  )
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
