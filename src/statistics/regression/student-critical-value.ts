import betaincinv from '@stdlib/math-base-special-betaincinv'
import { checkLevel } from '../check-level.ts'

/**
 * The t with P(|T| ≤ t) = `level` for Student’s T with `df` degrees of freedom, from df/(df + T²) being beta(df/2, ½).
 *
 * @throws RangeError for a level outside (0, 1) or degrees of freedom that are not positive.
 */
export function studentCriticalValue(level: number, df: number): number {
  checkLevel('critical value', level)
  if (!(df > 0 && Number.isFinite(df))) {
    throw new RangeError(`Degrees of freedom must be positive, but is ${df}`)
  }
  const share = betaincinv(1 - level, df / 2, 0.5)
  return Math.sqrt(df * (1 / share - 1))
}
