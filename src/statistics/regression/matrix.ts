/**
 * The entry at `place` of a vector.
 *
 * @throws RangeError where there is none: a sum that reads past an end would be NaN.
 */
export function entry(values: ArrayLike<number>, place: number): number {
  const value = values[place]
  if (value === undefined) throw new RangeError(`There is no entry ${place} of ${values.length}`)
  return value
}

/** A square matrix of numbers, zero to begin with. */
export class SquareMatrix {
  readonly size: number
  readonly #entries: Float64Array

  constructor(size: number) {
    this.size = size
    this.#entries = new Float64Array(size * size)
  }

  get(row: number, column: number): number {
    return entry(this.#entries, row * this.size + column)
  }

  set(row: number, column: number, value: number): void {
    this.#entries[row * this.size + column] = value
  }

  add(row: number, column: number, value: number): void {
    this.set(row, column, this.get(row, column) + value)
  }

  /** The matrix times `vector`. */
  times(vector: readonly number[]): number[] {
    return vector.map((_, row) => dot(vector, this.row(row)))
  }

  row(place: number): Float64Array {
    return this.#entries.subarray(place * this.size, (place + 1) * this.size)
  }

  /** vector′ · matrix · vector. */
  quadratic(vector: readonly number[]): number {
    return dot(vector, this.times(vector))
  }
}

/** Σ a·b over the entries of `a`. A plain loop: this is where the time of a fit is spent. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let place = 0; place < a.length; place++) sum += entry(a, place) * entry(b, place)
  return sum
}
