import type { SQLInputValue, StatementSync } from 'node:sqlite'

// The one place that gives rows their type: the columns are STRICT, and the file's format was checked when it was opened.

/** All rows of a query. */
export function rowsOf<T>(statement: StatementSync, ...parameters: SQLInputValue[]): T[] {
  return statement.all(...parameters) as unknown as T[]
}

/** The first row of a query. */
export function rowOf<T>(statement: StatementSync, ...parameters: SQLInputValue[]): T | undefined {
  return statement.get(...parameters) as unknown as T | undefined
}

/** All rows of a query as arrays in the order of its columns: of many rows, half the time of {@link rowsOf}. */
export function tuplesOf<T extends readonly unknown[]>(
  statement: StatementSync,
  ...parameters: SQLInputValue[]
): T[] {
  statement.setReturnArrays(true)
  return statement.all(...parameters) as unknown as T[]
}
