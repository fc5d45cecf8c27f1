import { checkLevel } from './check-level.ts'

/**
 * Bonferroni's level of each of several intervals that are all to hold together with `level`, however they depend on
 * each other:
 *
 *     1 − (1 − level) / intervals
 *
 * Every step is rounded once only, by less than 2⁻⁵³ in the level. With one interval, or none, it is `level` itself.
 *
 * Source: O. J. Dunn, Multiple comparisons among means, Journal of the American Statistical Association 56 (1961) 52–64.
 *
 * @throws RangeError for a level outside (0, 1), a number of intervals that is not a whole one, or a result that no double below
 * 1 can hold.
 */
export function simultaneousLevel({
  intervals,
  level = 0.95,
}: {
  readonly intervals: number
  readonly level?: number
}): number {
  checkLevel('simultaneous level', level)
  if (!Number.isSafeInteger(intervals) || intervals < 0) {
    throw new RangeError(
      `Cannot compute simultaneous level: intervals must be a whole number, 0 or more, but is ${intervals}`,
    )
  }
  if (intervals <= 1) return level

  const each = 1 - (1 - level) / intervals
  // Rounded down to the double below 1 it would promise less than was asked for.
  if (each === 1) {
    throw new RangeError(
      `Cannot compute simultaneous level: ${level} for ${intervals} intervals is too close to 1`,
    )
  }
  return each
}
