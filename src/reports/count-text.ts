const COUNTS = new Intl.NumberFormat('en-US')

/** `12,345`: how a count is written for people; digits in threes are easier to count. Numbers of trials are names, and are left as they are. */
export function countText(count: number): string {
  return COUNTS.format(count)
}
