/**
 * Where a condition that once true stays true begins to be true, searched upwards from `inside`, at
 * which it is false: steps that double find a bracket, which is then halved until its ends are
 * neighbouring numbers. The upper end is returned, at which the condition is true.
 */
export function boundaryAfter(inside: number, isOutside: (x: number) => boolean): number {
  let low = inside
  let high = inside + 1
  for (let step = 1; !isOutside(high); step *= 2) {
    low = high
    high += step
  }
  for (;;) {
    const middle = low + (high - low) / 2
    if (middle <= low || middle >= high) return high
    if (isOutside(middle)) high = middle
    else low = middle
  }
}
