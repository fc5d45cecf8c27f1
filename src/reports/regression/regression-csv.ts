import type { RegressionResult } from '../../records/regression.ts'
import { armText } from '../arm-label.ts'
import { csvTable, type Value } from '../csv-table.ts'

/** One row a level of each factor, with its odds ratio, then one row a cell, with its rates (RFC 4180). */
export function regressionCsv(result: RegressionResult): string {
  return csvTable([...levelRows(result), ...cellRows(result)])
}

const EMPTY = {
  kind: '' as Value,
  run: null as Value,
  factor: null as Value,
  level: null as Value,
  reference: null as Value,
  odds_ratio: null as Value,
  odds_ratio_low: null as Value,
  odds_ratio_high: null as Value,
  log_odds: null as Value,
  error: null as Value,
  chi_square: null as Value,
  p: null as Value,
  infinite: null as Value,
  robust_error: null as Value,
  robust_low: null as Value,
  robust_high: null as Value,
  factor_chi_square: null as Value,
  factor_df: null as Value,
  factor_p: null as Value,
  agent: null as Value,
  arm: null as Value,
  wording_hash: null as Value,
  k: null as Value,
  n: null as Value,
  observed: null as Value,
  observed_low: null as Value,
  observed_high: null as Value,
  predicted: null as Value,
  predicted_low: null as Value,
  predicted_high: null as Value,
  endpoint: null as Value,
  interval_level: null as Value,
  basis: null as Value,
}
type CsvRow = typeof EMPTY

function shared({ run, endpoint, level, basis }: RegressionResult): Partial<CsvRow> {
  return { run, endpoint: endpoint.name, interval_level: level, basis }
}

function levelRows(result: RegressionResult): CsvRow[] {
  return result.terms.flatMap(({ name, reference, test, levels }) =>
    levels.map((level) => ({
      ...EMPTY,
      ...shared(result),
      kind: 'odds-ratio',
      factor: name,
      level: level.level,
      reference,
      odds_ratio: level.oddsRatio,
      odds_ratio_low: level.low,
      odds_ratio_high: level.high,
      log_odds: level.logOdds,
      error: level.error,
      chi_square: level.test?.chiSquare ?? null,
      p: level.test?.p ?? null,
      infinite: level.infinite,
      robust_error: level.clustered?.error ?? null,
      robust_low: level.clustered?.low ?? null,
      robust_high: level.clustered?.high ?? null,
      factor_chi_square: test?.chiSquare ?? null,
      factor_df: test?.df ?? null,
      factor_p: test?.p ?? null,
    })),
  )
}

function cellRows(result: RegressionResult): CsvRow[] {
  return result.cells.map((cell) => ({
    ...EMPTY,
    ...shared(result),
    kind: 'rate',
    agent: cell.agent,
    arm: armText(cell.arm),
    wording_hash: cell.wordingHash,
    k: cell.k,
    n: cell.n,
    observed: cell.observed.rate,
    observed_low: cell.observed.low,
    observed_high: cell.observed.high,
    predicted: cell.predicted?.rate ?? null,
    predicted_low: cell.predicted?.low ?? null,
    predicted_high: cell.predicted?.high ?? null,
  }))
}
