/** `k` events in `n` trials of one group. */
export interface Counts {
  readonly k: number
  readonly n: number
}

/**
 * Refuses counts that no experiment can yield; `n` = 0 is allowed.
 *
 * @param aim What is being computed, for the message: `Wilson interval`.
 * @throws RangeError unless `k` and `n` are whole numbers with 0 ≤ k ≤ n.
 */
export function checkCounts(aim: string, { k, n }: Counts): void {
  if (!Number.isSafeInteger(n) || n < 0) {
    throw new RangeError(`Cannot compute ${aim}: n must be a whole number, 0 or more, but is ${n}`)
  }
  if (!Number.isSafeInteger(k) || k < 0 || k > n) {
    throw new RangeError(
      `Cannot compute ${aim}: k must be a whole number from 0 to n = ${n}, but is ${k}`,
    )
  }
}
