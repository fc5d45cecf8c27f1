import { checkLevel } from '../check-level.ts'
import { checkRate } from '../check-rate.ts'
import { expectedWidth, type WidthMethod, widestWidth } from './expected-width.ts'
import { smallestLasting } from './smallest-lasting.ts'

/**
 * Trials for intervals no wider than `width`, from end to end.
 *
 * With `rate`: the mean width of the intervals that trials at that rate yield (`expectedWidth`); about
 * half of them will be a little wider. Without: no interval can come out wider, whatever the rate.
 *
 * It does not hold with one trial less, and it holds with the answer and with each of the twenty
 * counts above it. Both widths were found to fall with every trial from the third on.
 *
 * @returns null where ten million trials are not enough.
 * @throws RangeError unless 0 < `width` < 1, for a rate outside [0, 1] or a level outside (0, 1).
 */
export function trialsForPrecision({
  width,
  rate,
  level = 0.95,
  method = 'jeffreys',
}: {
  readonly width: number
  readonly rate?: number
  readonly level?: number
  readonly method?: WidthMethod
}): number | null {
  const aim = 'trials for a precision'
  if (!(width > 0 && width < 1)) {
    throw new RangeError(
      `Cannot compute ${aim}: width must lie between 0 and 1, both excluded, but is ${width}`,
    )
  }
  checkLevel(aim, level)
  if (rate !== undefined) checkRate(aim, rate)

  const widthAt =
    rate === undefined
      ? (n: number) => widestWidth({ n, level, method })
      : (n: number) => expectedWidth({ n, rate, level, method })
  return smallestLasting({ holds: (n) => widthAt(n) <= width, reach: () => 20, most: 10_000_000 })
}
