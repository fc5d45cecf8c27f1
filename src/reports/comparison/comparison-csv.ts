import type { ComparisonReport, IntervalEstimate } from '../../records/comparison.ts'
import { armText } from '../arm-label.ts'
import { csvTable, type Value } from '../csv-table.ts'

/** One row a comparison (RFC 4180), the names of its columns first. */
export function comparisonCsv({ adjust, family, results }: ComparisonReport): string {
  return csvTable(
    results.map((result) => ({
      comparison: result.label,
      endpoint: result.endpoint,
      basis: result.basis,
      level: result.level,
      adjust,
      family,
      ...side('first', result.first),
      ...side('second', result.second),
      ...ends('difference', result.difference),
      ...ends('all_valid_difference', result.beside?.difference ?? null),
      ...ends('against_object', result.againstObject),
      ...ends('ratio', result.ratio),
      ...ends('odds_ratio', result.oddsRatio),
      test: result.test?.name ?? null,
      p: result.test?.p ?? null,
      p_adjusted: result.test?.adjusted ?? null,
      exceeds_ratio: result.exceeds?.ratio ?? null,
      exceeds_p: result.exceeds?.p ?? null,
      exceeds_p_adjusted: result.exceeds?.adjusted ?? null,
      exposure_gap: result.exposureGap,
      cautions: result.cautions.join(' '),
    })),
  )
}

function side(
  name: string,
  cell: ComparisonReport['results'][number]['first'],
): Record<string, Value> {
  return {
    [`${name}_run`]: cell.run ?? null,
    [`${name}_agent`]: cell.agent,
    [`${name}_arm`]: armText(cell.arm),
    [`${name}_k`]: cell.k,
    [`${name}_n`]: cell.n,
    [`${name}_rate`]: cell.rate,
    [`${name}_low`]: cell.low,
    [`${name}_high`]: cell.high,
    [`${name}_capability`]: cell.capability,
  }
}

function ends(name: string, interval: IntervalEstimate | null): Record<string, Value> {
  return {
    [name]: interval?.estimate ?? null,
    [`${name}_low`]: interval?.low ?? null,
    [`${name}_high`]: interval?.high ?? null,
  }
}
