import type { GateCell } from '../../records/gate.ts'
import { oneSidedBounds } from '../../statistics/one-sided-bounds.ts'
import { trialsForBound } from '../../statistics/planning/trials-for-bound.ts'
import { proportionSequence } from '../../statistics/sequences/proportion-sequence.ts'

/** Counts of a cell, and by what its rate is bounded. */
export interface Bounded {
  readonly k: number
  readonly n: number
  readonly basis: GateCell['basis']
}

/**
 * The rate is at least this, with error 1 − `level`. Of a confidence sequence the lower limit of the two-sided one: its two
 * errors together are 1 − `level`, so that the bound is a little wider than it need be.
 */
export function lowerBound({ k, n, basis }: Bounded, level: number): number {
  return basis === 'sequence'
    ? proportionSequence({ k, n, level }).low
    : oneSidedBounds({ k, n, level }).lower
}

/** The rate is at most this, in the same way. */
export function upperBound({ k, n, basis }: Bounded, level: number): number {
  return basis === 'sequence'
    ? proportionSequence({ k, n, level }).high
    : oneSidedBounds({ k, n, level }).upper
}

/** A bound that differs from the rate by rounding alone is not above it. */
export function isAtMost(bound: number, rate: number): boolean {
  return bound <= rate * (1 + 1e-12)
}

/** The fewest trials, `events` of them events, whose upper bound is no larger than `rate`. */
export function trialsToPass(
  { events, basis }: { readonly events: number; readonly basis: Bounded['basis'] },
  { rate, level }: { readonly rate: number; readonly level: number },
): number {
  if (basis === 'fixed') return trialsForBound({ rate, level, events })
  const passes = (n: number): boolean => isAtMost(upperBound({ k: events, n, basis }, level), rate)
  let [failing, passing] = [events, events + 1]
  while (!passes(passing)) [failing, passing] = [passing, passing * 2]
  while (passing - failing > 1) {
    const middle = Math.floor((failing + passing) / 2)
    if (passes(middle)) passing = middle
    else failing = middle
  }
  return passing
}
