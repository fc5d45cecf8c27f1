import type { BinomialDesign, BinomialRow } from './binomial-design.ts'

/** Events of one cell, with the level of each factor in it. */
export interface FactorRow {
  readonly k: number
  readonly n: number
  readonly levels: Readonly<Record<string, string>>
}

/** What varies, and which of its levels the others are compared with. */
export interface Factor {
  readonly name: string
  /** Left out, or without a trial: the first level that has one. */
  readonly reference?: string
}

/** A factor as columns of a design. */
export interface ModelTerm {
  readonly name: string
  /** The level at which its columns are zero. */
  readonly reference: string
  /** One a level that is not the reference, named `factor=level`. */
  readonly columns: readonly { readonly name: string; readonly level: string }[]
}

export interface ModelTerms {
  /** The first column is the intercept. */
  readonly design: BinomialDesign
  readonly terms: readonly ModelTerm[]
  /** Factors with one level in all rows with trials. */
  readonly constant: readonly { readonly factor: string; readonly level: string }[]
}

/** Stands for what no factor changes. */
export const INTERCEPT = '(intercept)'

/**
 * Codes factors by their difference from a reference (treatment coding). Only levels of rows with trials count; those of a
 * factor stand in the order in which they first occur. Factors that do not vary are left out and named.
 *
 * @throws RangeError for a row without a level of a factor.
 */
export function modelTerms(rows: readonly FactorRow[], factors: readonly Factor[]): ModelTerms {
  const coded = factors.map((factor) => ({ name: factor.name, ...codeFactor(rows, factor) }))
  const terms = coded.flatMap(({ name, reference, others }): ModelTerm[] => {
    if (reference === undefined || others.length === 0) return []
    return [
      { name, reference, columns: others.map((level) => ({ name: `${name}=${level}`, level })) },
    ]
  })
  return {
    design: {
      columns: [INTERCEPT, ...terms.flatMap(({ columns }) => columns.map(({ name }) => name))],
      rows: rows.map((row) => codeRow(row, terms)),
    },
    terms,
    constant: coded.flatMap(({ name, reference, others }) =>
      reference === undefined || others.length > 0 ? [] : [{ factor: name, level: reference }],
    ),
  }
}

/** Without a trial there is no reference. */
function codeFactor(
  rows: readonly FactorRow[],
  { name, reference: wished }: Factor,
): { reference: string | undefined; others: readonly string[] } {
  const levels = new Set<string>()
  for (const row of rows) {
    const level = Object.hasOwn(row.levels, name) ? row.levels[name] : undefined
    if (level === undefined) {
      throw new RangeError(`Cannot code factor "${name}": a row has no level of it`)
    }
    if (row.n > 0) levels.add(level)
  }
  const [first] = levels
  if (first === undefined) return { reference: undefined, others: [] }
  const reference = wished !== undefined && levels.has(wished) ? wished : first
  levels.delete(reference)
  return { reference, others: [...levels] }
}

function codeRow({ k, n, levels }: FactorRow, terms: readonly ModelTerm[]): BinomialRow {
  const codes = terms.flatMap(({ name, columns }) =>
    columns.map(({ level }) => (levels[name] === level ? 1 : 0)),
  )
  return { k, n, x: [1, ...codes] }
}
