import type { LaneState } from '../../agents/connections.ts'

/** So many failures one after the other are more than chance: attempts are repeated, and an answer in between ends the row. */
const FAILED_IN_A_ROW = 3

/**
 * Whether more trials would only wait for the model: more do already than it answers, or it answers none. Trials begun while a
 * provider is down would all be lost to it.
 */
export function isCrowded(lane: LaneState): boolean {
  return lane.waiting > lane.inFlight || hasStoppedAnswering(lane)
}

export function hasStoppedAnswering({ failed }: LaneState): boolean {
  return failed >= FAILED_IN_A_ROW
}
