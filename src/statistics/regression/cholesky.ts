import { dot, entry, SquareMatrix } from './matrix.ts'

/** A symmetric positive definite matrix, taken apart so that equations in it can be solved. */
export interface Cholesky {
  readonly logDeterminant: number
  readonly solve: (right: readonly number[]) => number[]
  readonly inverse: () => SquareMatrix
}

/**
 * Takes a symmetric matrix apart into L·L′, with L lower triangular. Only its lower half is read.
 *
 * @returns null where rounding leaves no positive definite matrix.
 */
export function cholesky(matrix: SquareMatrix): Cholesky | null {
  const { size } = matrix
  const lower = new SquareMatrix(size)
  for (let row = 0; row < size; row++) {
    const own = lower.row(row)
    for (let column = 0; column <= row; column++) {
      const rest = matrix.get(row, column) - partialDot(own, lower.row(column), column)
      if (column < row) own[column] = rest / lower.get(column, column)
      // What is left of a pivot by less than its rounding is nothing.
      else if (rest > matrix.get(row, row) * 1e-14) own[row] = Math.sqrt(rest)
      else return null
    }
  }
  const places = Array.from({ length: size }, (_, place) => place)
  const solve = (right: readonly number[]): number[] => backward(lower, forward(lower, right))
  return {
    logDeterminant: places.reduce((sum, place) => sum + 2 * Math.log(lower.get(place, place)), 0),
    solve,
    inverse: () => inverseOf(lower),
  }
}

/** From the inverse M of the factor: M′M. */
function inverseOf(lower: SquareMatrix): SquareMatrix {
  const { size } = lower
  // Row j holds column j of M, whose first j entries are zero.
  const columns = new SquareMatrix(size)
  for (let column = 0; column < size; column++) {
    const own = columns.row(column)
    own[column] = 1 / lower.get(column, column)
    for (let row = column + 1; row < size; row++) {
      own[row] = -partialDot(lower.row(row), own, row, column) / lower.get(row, row)
    }
  }
  const inverse = new SquareMatrix(size)
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      const value = partialDot(columns.row(row), columns.row(column), size, row)
      inverse.set(row, column, value)
      inverse.set(column, row, value)
    }
  }
  return inverse
}

/** Σ a·b over the places from `from` to before `to`. */
function partialDot(a: Float64Array, b: Float64Array, to: number, from = 0): number {
  let sum = 0
  for (let place = from; place < to; place++) sum += entry(a, place) * entry(b, place)
  return sum
}

function forward(lower: SquareMatrix, right: readonly number[]): number[] {
  const solution: number[] = []
  for (let row = 0; row < lower.size; row++) {
    const known = dot(solution, lower.row(row))
    solution.push((entry(right, row) - known) / lower.get(row, row))
  }
  return solution
}

function backward(lower: SquareMatrix, right: readonly number[]): number[] {
  const solution = [...right]
  for (let row = lower.size - 1; row >= 0; row--) {
    let rest = entry(right, row)
    for (let place = row + 1; place < lower.size; place++) {
      rest -= lower.get(place, row) * entry(solution, place)
    }
    solution[row] = rest / lower.get(row, row)
  }
  return solution
}
