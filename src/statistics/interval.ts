/** Two limits with `low` ≤ `high`. On a proportion both lie in [0, 1]. */
export interface Interval {
  readonly low: number
  readonly high: number
}
