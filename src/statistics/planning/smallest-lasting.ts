/**
 * The smallest whole number n from 1 to `most` at which `holds` begins to last: it fails at n − 1 (or
 * n is 1), and it holds at n and at each of the `reach(n)` numbers after it, as far as `most`. Null:
 * there is none.
 *
 * Power, and what else depends on counts, rises in steps and falls back a little after each (a
 * sawtooth); the first n that reaches a target may be followed by larger ones that miss it. What lies
 * below the n found is not looked at in full: the search doubles and then halves until it has a step
 * from failing to holding, and walks up from there.
 */
export function smallestLasting({
  holds,
  reach,
  most,
}: {
  readonly holds: (n: number) => boolean
  readonly reach: (n: number) => number
  readonly most: number
}): number | null {
  let failing = 0
  let holding = 1
  while (!holds(holding)) {
    if (holding >= most) return null
    failing = holding
    holding = Math.min(most, holding * 2)
  }
  while (holding - failing > 1) {
    const middle = Math.floor((failing + holding) / 2)
    if (holds(middle)) holding = middle
    else failing = middle
  }

  let begin = holding
  for (let n = begin + 1; n <= Math.min(most, begin + reach(begin)); n++) {
    if (!holds(n)) begin = n + 1
  }
  return begin > most ? null : begin
}
