/**
 * Refuses a rate that is none.
 *
 * @param aim What is being computed, for the message: `power of Fisher's test`.
 * @throws RangeError unless 0 ≤ `rate` ≤ 1.
 */
export function checkRate(aim: string, rate: number): void {
  if (!(rate >= 0 && rate <= 1)) {
    throw new RangeError(
      `Cannot compute ${aim}: a rate must lie between 0 and 1, both included, but is ${rate}`,
    )
  }
}
