import type { Aim } from '../../records/analysis.ts'
import {
  expectedWidth,
  type WidthMethod,
  widestWidth,
} from '../../statistics/planning/expected-width.ts'
import { trialsForPrecision } from '../../statistics/planning/trials-for-precision.ts'
import { exactly, type Reached } from './terms.ts'

/** How wide the interval of a cell with `n` trials is by this method, and how many trials make it as narrow as is aimed at. */
export function reachPrecision(
  { precision, at }: Extract<Aim, { precision: number }>,
  {
    n,
    level,
    method,
  }: { readonly n: number; readonly level: number; readonly method: WidthMethod },
): Reached & { readonly reached: number } {
  const reached =
    at === undefined
      ? widestWidth({ n, level, method })
      : expectedWidth({ n, rate: at, level, method })
  return {
    met: reached <= precision,
    reached,
    level,
    trials: () =>
      exactly(
        trialsForPrecision({
          width: precision,
          level,
          method,
          ...(at === undefined ? {} : { rate: at }),
        }),
      ),
  }
}
