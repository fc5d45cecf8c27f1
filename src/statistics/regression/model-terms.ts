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

/** A factor, or the interaction of two or more, as columns of a design. */
export interface ModelTerm {
  readonly name: string
  readonly factors: readonly string[]
  /** One a level that is not the reference; of an interaction one a combination. */
  readonly columns: readonly TermColumn[]
}

export interface TermColumn {
  /** `factor=level`, joined by `:` in interactions. */
  readonly name: string
  readonly levels: Readonly<Record<string, string>>
}

export interface ModelTerms {
  /** The first column is the intercept. */
  readonly design: BinomialDesign
  readonly terms: readonly ModelTerm[]
  /** The level of each factor that varies at which its columns are zero. */
  readonly references: Readonly<Record<string, string>>
  /** Factors with one level in all rows with trials. */
  readonly constant: readonly { readonly factor: string; readonly level: string }[]
}

/** Stands for what no factor changes. */
export const INTERCEPT = '(intercept)'

/**
 * Codes factors by their difference from a reference (treatment coding). Only levels of rows with trials count; those of a
 * factor stand in the order in which they first occur. Factors that do not vary are left out and named, and so are
 * interactions that contain one.
 *
 * @param interactions each the names of two or more of the factors
 * @throws RangeError for a row without a level of a factor, or an interaction of factors that there are not.
 */
export function modelTerms({
  rows,
  factors,
  interactions = [],
}: {
  readonly rows: readonly FactorRow[]
  readonly factors: readonly Factor[]
  readonly interactions?: readonly (readonly string[])[]
}): ModelTerms {
  const coded = factors.map((factor) => codeFactor(rows, factor))
  const varying = coded.filter(({ levels }) => levels.length > 1)
  const terms = [
    ...varying.map((factor) => termOf([factor])),
    ...interactions.flatMap((names) => {
      const parts = names.map((name) => partOf(coded, name))
      return parts.every(({ levels }) => levels.length > 1) ? [termOf(parts)] : []
    }),
  ]
  const columns = terms.flatMap((term) => term.columns)
  return {
    design: {
      columns: [INTERCEPT, ...columns.map(({ name }) => name)],
      rows: rows.map((row) => codeRow(row, columns)),
    },
    terms,
    references: Object.fromEntries(varying.map(({ name, reference }) => [name, reference])),
    constant: coded.flatMap(({ name, levels: [level, ...more] }) =>
      level === undefined || more.length > 0 ? [] : [{ factor: name, level }],
    ),
  }
}

interface CodedFactor {
  readonly name: string
  readonly levels: readonly string[]
  readonly reference: string
}

function codeFactor(rows: readonly FactorRow[], { name, reference }: Factor): CodedFactor {
  for (const row of rows) {
    if (!Object.hasOwn(row.levels, name)) {
      throw new RangeError(`Cannot code factor "${name}": a row has no level of it`)
    }
  }
  const counted = rows.filter(({ n }) => n > 0)
  const levels = [...new Set(counted.map((row) => row.levels[name] ?? ''))]
  const known = reference !== undefined && levels.includes(reference)
  return { name, levels, reference: known ? reference : (levels[0] ?? '') }
}

function partOf(coded: readonly CodedFactor[], name: string): CodedFactor {
  const factor = coded.find((each) => each.name === name)
  if (factor === undefined) {
    throw new RangeError(`Cannot code an interaction with "${name}": there is no such factor`)
  }
  return factor
}

function termOf(factors: readonly CodedFactor[]): ModelTerm {
  const combinations = factors.reduce<readonly (readonly (readonly [string, string])[])[]>(
    (partial, { name, levels, reference }) =>
      partial.flatMap((combination) =>
        levels
          .filter((level) => level !== reference)
          .map((level) => [...combination, [name, level] as const]),
      ),
    [[]],
  )
  return {
    name: factors.map(({ name }) => name).join(':'),
    factors: factors.map(({ name }) => name),
    columns: combinations.map((combination) => ({
      name: combination.map(([factor, level]) => `${factor}=${level}`).join(':'),
      levels: Object.fromEntries(combination),
    })),
  }
}

function codeRow({ k, n, levels }: FactorRow, columns: readonly TermColumn[]): BinomialRow {
  const codes = columns.map((column) =>
    Object.entries(column.levels).every(([factor, level]) => levels[factor] === level) ? 1 : 0,
  )
  return { k, n, x: [1, ...codes] }
}
