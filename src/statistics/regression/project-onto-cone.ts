import { cholesky } from './cholesky.ts'
import { dot, entry, SquareMatrix } from './matrix.ts'

const TOLERANCE = 1e-10

/**
 * The nearest vector d to `vector` with normal·d ≥ 0 for each of `normals`: `vector` + Σ λ·normal with the λ ≥ 0 that make it
 * shortest, by non-negative least squares.
 *
 * Source: C. L. Lawson and R. J. Hanson, Solving Least Squares Problems (1974), chapter 23.
 *
 * @returns null where too many steps were needed.
 */
export function projectOntoCone(
  vector: readonly number[],
  normals: readonly (readonly number[])[],
): number[] | null {
  let weights = normals.map(() => 0)
  let active: readonly number[] = []
  const barred = new Set<number>()
  for (let steps = 0; steps < 20 * (normals.length + 10); steps++) {
    const rest = restOf(vector, normals, weights)
    const entering = mostViolated(rest, normals, active, barred)
    if (entering === null) return rest

    const next = solveActive(vector, normals, weights, [...active, entering])
    if (next === null || entry(next.weights, entering) <= 0) {
      // It depends on those that are active, as far as numbers tell.
      barred.add(entering)
      continue
    }
    barred.clear()
    weights = next.weights
    active = next.active
  }
  return null
}

function restOf(
  vector: readonly number[],
  normals: readonly (readonly number[])[],
  weights: readonly number[],
): number[] {
  const rest = [...vector]
  for (const [place, weight] of weights.entries()) {
    if (weight === 0) continue
    for (const [at, value] of (normals[place] ?? []).entries()) {
      rest[at] = entry(rest, at) + weight * value
    }
  }
  return rest
}

function mostViolated(
  rest: readonly number[],
  normals: readonly (readonly number[])[],
  active: readonly number[],
  barred: ReadonlySet<number>,
): number | null {
  let worst: { place: number; inside: number } | null = null
  for (const [place, normal] of normals.entries()) {
    if (active.includes(place) || barred.has(place)) continue
    const inside = dot(normal, rest)
    if (inside < (worst?.inside ?? -TOLERANCE)) worst = { place, inside }
  }
  return worst?.place ?? null
}

/** Solves for the weights of the active normals; those that would be negative become 0 and leave, one after another. */
function solveActive(
  vector: readonly number[],
  normals: readonly (readonly number[])[],
  from: readonly number[],
  wanted: readonly number[],
): { weights: number[]; active: readonly number[] } | null {
  let active = wanted
  let weights = [...from]
  while (active.length > 0) {
    const solved = leastSquares(
      vector,
      active.map((place) => normals[place] ?? []),
    )
    if (solved === null) return null
    const target = normals.map(() => 0)
    for (const [at, place] of active.entries()) target[place] = entry(solved, at)
    const falling = active.filter((place) => entry(target, place) <= 0)
    if (falling.length === 0) return { weights: target, active }

    const share = Math.min(
      ...falling.map((place) => {
        const now = entry(weights, place)
        return now / (now - entry(target, place) || 1)
      }),
    )
    weights = weights.map((weight, place) => weight + share * (entry(target, place) - weight))
    active = active.filter(
      (place) => !(falling.includes(place) && entry(weights, place) <= TOLERANCE),
    )
    weights = weights.map((weight, place) => (active.includes(place) ? weight : 0))
  }
  return { weights, active }
}

/** The factors that bring `vector` + Σ factor·normal nearest to 0. */
function leastSquares(
  vector: readonly number[],
  normals: readonly (readonly number[])[],
): number[] | null {
  const products = new SquareMatrix(normals.length)
  for (const [row, a] of normals.entries()) {
    for (const [column, b] of normals.entries()) products.set(row, column, dot(a, b))
  }
  return cholesky(products)?.solve(normals.map((normal) => -dot(normal, vector))) ?? null
}
