/**
 * Refuses a confidence level given as a percentage, or one that no interval has.
 *
 * @param aim What is being computed, for the message: `Wilson interval`.
 * @throws RangeError unless 0 < `level` < 1.
 */
export function checkLevel(aim: string, level: number): void {
  if (!(level > 0 && level < 1)) {
    throw new RangeError(
      `Cannot compute ${aim}: level must lie between 0 and 1, both excluded, but is ${level}`,
    )
  }
}
