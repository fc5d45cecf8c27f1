import { checkCounts } from '../counts.ts'

/** `k` events in `n` trials that share their covariates `x`, one for each column. */
export interface BinomialRow {
  readonly k: number
  readonly n: number
  readonly x: readonly number[]
}

/** What a regression is fitted to. An intercept is a column of ones like any other, by the caller. */
export interface BinomialDesign {
  readonly columns: readonly string[]
  readonly rows: readonly BinomialRow[]
}

/**
 * @param aim What is being computed, for the message: `Firth regression`.
 * @throws RangeError for impossible counts, rows of another length than the columns, or a covariate that is no number.
 */
export function checkDesign(aim: string, { columns, rows }: BinomialDesign): void {
  for (const { k, n, x } of rows) {
    checkCounts(aim, { k, n })
    if (x.length !== columns.length) {
      throw new RangeError(
        `Cannot compute ${aim}: a row has ${x.length} covariates for ${columns.length} columns`,
      )
    }
    const bad = x.findIndex((value) => !Number.isFinite(value))
    if (bad !== -1) {
      throw new RangeError(`Cannot compute ${aim}: "${columns[bad]}" is ${x[bad]} in a row`)
    }
  }
}
