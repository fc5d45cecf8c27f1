import type { ComputedBy } from '../../records/plan-report.ts'
import { approximatePowerForDifference } from '../../statistics/planning/approximate-power-for-difference.ts'
import { powerDifference } from '../../statistics/planning/power-difference.ts'

/** Of the count in one group: the exact power of more takes more than about a tenth of a second. */
const EXACT_VARIANCE = 2_500

/** Power of Fisher's test in two groups of `n` trials: exact, or by the formula where there are too many tables. */
export function powerOfDifference(
  n: number,
  rates: readonly [number, number],
  level: number,
  { isExact = true }: { readonly isExact?: boolean } = {},
): { readonly power: number; readonly by: ComputedBy } {
  const [first, second] = rates
  // The tables to sum grow with the larger of the two counts' variances.
  const variance = n * Math.max(first * (1 - first), second * (1 - second))
  return isExact && variance <= EXACT_VARIANCE
    ? {
        power: powerDifference({ first: { n, rate: first }, second: { n, rate: second }, level }),
        by: 'exact',
      }
    : { power: approximatePowerForDifference({ n, rates, level }), by: 'approximation' }
}
