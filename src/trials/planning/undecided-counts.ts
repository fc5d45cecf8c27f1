import type { StoppingGoal } from '../../records/analysis.ts'
import type { Counts } from '../../statistics/counts.ts'
import { proportionSequence } from '../../statistics/sequences/proportion-sequence.ts'
import { isNarrow, sideOfRate } from '../../statistics/sequences/sequence-decisions.ts'

/**
 * Whether a cell is decided at some counts, asked of many counts of the same look. Those that are undecided are next to each
 * other, around the middle (goal `width`) or around the rate (goal `rate`): their two ends are searched once a look.
 */
export function decidedBy(
  when: Exclude<StoppingGoal, { goal: 'difference' }>,
  level: number,
): (counts: Counts) => boolean {
  let of = { n: -1, from: 0, to: 0 }
  return ({ k, n }) => {
    if (of.n !== n) of = { n, ...undecidedOf(n, when, level) }
    return k < of.from || k > of.to
  }
}

function undecidedOf(
  n: number,
  when: Exclude<StoppingGoal, { goal: 'difference' }>,
  level: number,
): { readonly from: number; readonly to: number } {
  const isDecided = (k: number): boolean => {
    const interval = proportionSequence({ k, n, level })
    return when.goal === 'width'
      ? isNarrow(interval, when.width)
      : sideOfRate(interval, when.rate) !== null
  }
  const middle = Math.round(n * (when.goal === 'width' ? 0.5 : when.rate))
  if (isDecided(middle)) return { from: middle, to: middle - 1 }
  return { from: lastOpen(isDecided, middle, 0), to: lastOpen(isDecided, middle, n) }
}

/** The open count that is farthest from `open` on the way to `end`. */
function lastOpen(isDecided: (k: number) => boolean, open: number, end: number): number {
  if (!isDecided(end)) return end
  let last = open
  let decided = end
  while (Math.abs(decided - last) > 1) {
    const middle = Math.trunc((last + decided) / 2)
    if (isDecided(middle)) decided = middle
    else last = middle
  }
  return last
}
