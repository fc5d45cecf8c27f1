import { type BinomialDesign, type BinomialRow, checkDesign } from './binomial-design.ts'
import { dot, entry } from './matrix.ts'
import { projectOntoCone } from './project-onto-cone.ts'

/** What plain maximum likelihood would make of a design. */
export interface Separation {
  /** `complete`: some combination of the columns tells every event from everything else; `partial`: some of them. */
  readonly kind: 'none' | 'partial' | 'complete'
  /** Coefficients that plain maximum likelihood would send to infinity, and to which side. */
  readonly infinite: readonly { readonly column: string; readonly sign: -1 | 1 }[]
}

/** Of a direction whose longest part is 1, what is rounding. */
const NOTHING = 1e-7

/**
 * Finds the coefficients that plain maximum likelihood would make infinite. Along a direction d the likelihood never falls, and
 * goes on to rise, if x′d ≥ 0 in rows with nothing but events, x′d ≤ 0 in those without, x′d = 0 in those with both, and not all
 * are 0. These directions are a cone. The sum of the rows, each towards its outcome, is projected onto it: what comes of that is
 * such a direction, or 0 if there is none. This is repeated with the rows that are not moved yet, and what the directions found
 * move together is named. The same cone is searched by the linear programs of Konis and of R’s detectseparation.
 *
 * Limits: under complete separation the directions are many, and which of them the likelihood takes in the end is not worked
 * out; a column is named if those found move it. The design must be of full rank (`findAliased`).
 *
 * Sources: A. Albert and J. A. Anderson, On the existence of maximum likelihood estimates in logistic regression models, Biometrika
 * 71 (1984) 1–10; K. Konis, Linear programming algorithms for detecting separated data in binary logistic regression models, DPhil
 * thesis, University of Oxford (2007).
 *
 * @returns null where the search was given up, on account of too many steps.
 * @throws RangeError for a design that is none.
 */
export function findSeparation(design: BinomialDesign): Separation | null {
  checkDesign('separation', design)
  const rows = distinctRows(design)
  const pure = rows.filter(({ k, n }) => k === 0 || k === n)
  const limits = rows.flatMap(limitsOf)
  const direction = design.columns.map(() => 0)
  let unmoved = pure
  while (unmoved.length > 0) {
    const found = steepest(unmoved, limits, direction.length)
    if (found === null) return null
    const next = unmoved.filter((row) => dot(outcomeOf(row), found) <= NOTHING)
    if (next.length === unmoved.length) break
    for (const [at, value] of found.entries()) direction[at] = entry(direction, at) + value
    unmoved = next
  }
  const infinite = design.columns.flatMap((column, place) => {
    const value = entry(direction, place)
    return Math.abs(value) <= NOTHING ? [] : [{ column, sign: value < 0 ? -1 : 1 } as const]
  })
  if (infinite.length === 0) return { kind: 'none', infinite }
  const isComplete = pure.length === rows.length && unmoved.length === 0
  return { kind: isComplete ? 'complete' : 'partial', infinite }
}

/**
 * Rows with the same covariates are one here: with both kinds of trials if any of them, or two together, has both. Columns are
 * brought to one scale, which changes no sign.
 */
function distinctRows({ columns, rows }: BinomialDesign): BinomialRow[] {
  const counted = rows.filter(({ n }) => n > 0)
  const scales = columns.map((_, at) =>
    counted.reduce((most, { x }) => Math.max(most, Math.abs(entry(x, at))), 0),
  )
  return [...Map.groupBy(counted, ({ x }) => x.join(' ')).values()].map((group) => ({
    k: group.reduce((sum, { k }) => sum + k, 0),
    n: group.reduce((sum, { n }) => sum + n, 0),
    x: (group[0]?.x ?? []).map((value, at) => value / (entry(scales, at) || 1)),
  }))
}

/** The vectors whose product with a direction must not be negative. */
function limitsOf({ k, n, x }: BinomialRow): number[][] {
  const negated = x.map((value) => -value)
  return [...(k > 0 ? [[...x]] : []), ...(k < n ? [negated] : [])]
}

/** The row’s covariates, turned to where all its trials came out. */
function outcomeOf({ k, x }: BinomialRow): number[] {
  return x.map((value) => (k > 0 ? value : -value))
}

/** @returns a direction whose longest part is 1; zeros where no direction moves any of the rows. */
function steepest(
  rows: readonly BinomialRow[],
  limits: readonly (readonly number[])[],
  size: number,
): number[] | null {
  const turned = rows.map(outcomeOf)
  const sum = Array.from({ length: size }, (_, at) =>
    turned.reduce((total, row) => total + entry(row, at), 0),
  )
  const most = Math.max(...sum.map(Math.abs))
  const found = projectOntoCone(
    sum.map((value) => value / (most || 1)),
    limits,
  )
  if (found === null) return null
  const longest = Math.max(...found.map(Math.abs))
  return found.map((value) => (longest <= NOTHING ? 0 : value / longest))
}
