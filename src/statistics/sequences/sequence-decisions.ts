import type { Interval } from '../interval.ts'

/**
 * Whether a confidence sequence is no wider than `width`, from end to end.
 *
 * What these functions decide holds with the sequence's level at whatever look it is first so, because
 * all its intervals hold together. Of a fixed-n interval that is looked at repeatedly it would not.
 */
export function isNarrow({ low, high }: Interval, width: number): boolean {
  return high - low <= width
}

/** On which side of `rate` a proportion is shown to lie; null: it is not shown. */
export function sideOfRate({ low, high }: Interval, rate: number): 'below' | 'above' | null {
  if (high < rate) return 'below'
  return low > rate ? 'above' : null
}

/** Whether two rates are shown to differ: the sequence of their difference excludes 0. */
export function isDifferent({ low, high }: Interval): boolean {
  return low > 0 || high < 0
}
