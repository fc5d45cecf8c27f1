/**
 * Refuses what is no p-value.
 *
 * @param aim What is being computed, for the message: `Holm adjustment`.
 * @throws RangeError unless all lie in [0, 1].
 */
export function checkPValues(aim: string, pValues: readonly number[]): void {
  for (const p of pValues) {
    if (p >= 0 && p <= 1) continue
    throw new RangeError(
      `Cannot compute ${aim}: a p-value must lie between 0 and 1, but one is ${p}`,
    )
  }
}
