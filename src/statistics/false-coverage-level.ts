import { checkLevel } from './check-level.ts'

/**
 * Benjamini and Yekutieli's level of the intervals of those `selected` of `tests` parameters whose hypotheses Benjamini and
 * Hochberg's method has rejected at q = 1 − `level`:
 *
 *     1 − q · selected / tests
 *
 * Of the intervals shown, a share of at most q is then expected to miss; an interval of level 1 − q that is shown because its
 * p was small misses more often than that. With nothing selected no interval is claimed, and the level is that of one.
 *
 * Source: Y. Benjamini, D. Yekutieli, False discovery rate–adjusted multiple confidence intervals for selected parameters,
 * Journal of the American Statistical Association 100 (2005) 71–81.
 *
 * @throws RangeError for a level outside (0, 1), or numbers that are not whole or have more selected than tests.
 */
export function falseCoverageLevel({
  selected,
  tests,
  level = 0.95,
}: {
  readonly selected: number
  readonly tests: number
  readonly level?: number
}): number {
  checkLevel('false coverage level', level)
  if (!Number.isSafeInteger(tests) || tests < 1) {
    throw new RangeError(
      `Cannot compute false coverage level: tests must be a whole number, 1 or more, but is ${tests}`,
    )
  }
  if (!Number.isSafeInteger(selected) || selected < 0 || selected > tests) {
    throw new RangeError(
      `Cannot compute false coverage level: selected must be a whole number from 0 to tests = ${tests}, but is ${selected}`,
    )
  }
  const each = 1 - ((1 - level) * Math.max(selected, 1)) / tests
  // Rounded up to 1 it would promise what no interval keeps.
  if (each === 1) {
    throw new RangeError(
      `Cannot compute false coverage level: ${level} for ${selected} of ${tests} intervals is too close to 1`,
    )
  }
  return each
}
