import { median } from '../support/median.ts'

/** How many attempts may be in flight to one model, learnt from how they end. */
export interface AttemptWindow {
  /** A whole number from 1 to `most`. */
  readonly limit: number
  /** Counts the cuts. An attempt remembers how many there had been when it began. */
  readonly cuts: number
  /** @param mayGrow the limit was used up, and the provider has said nothing against more */
  answered(durationMs: number, mayGrow: boolean): void
  /**
   * @param began `cuts` when the attempt began
   * @param inFlight attempts in flight, this one included
   * @returns how long nothing should be tried at all, in milliseconds
   */
  refused(began: number, inFlight: number): number
}

/** Few enough for an account of the lowest tier and a server on a laptop. */
const LIMIT_START = 4
const CUT = 0.5
/** Durations that are looked at together, at the least: fewer say little of what is usual. */
const DURATIONS_MIN = 10
/** Answers that take so many times as long as they did at best are answers that queue. */
const SLOW = 2.5
/** How far the best moves towards the usual with each look, so that one lucky look does not hold for ever. */
const FORGET = 0.005
const PAUSE_MS = 500
const PAUSE_MS_MAX = 60_000

/**
 * Additive increase, multiplicative decrease, the one rule of its kind by which those who share a resource come to use all of it
 * in equal parts (Chiu and Jain, "Analysis of the increase and decrease algorithms for congestion avoidance in computer
 * networks", Computer Networks and ISDN Systems 17, 1989). In the terms of TCP (Allman, Paxson and Blanton, RFC 5681):
 *
 * - slow start: one more for each answer, which doubles the limit with each round trip, until the first refusal;
 * - congestion avoidance: one more for each `limit` answers;
 * - a refusal halves what was in flight, once a round trip: refusals of attempts that began before the last cut are its echo.
 *
 * It does not grow while answers take much longer than they did at best: a server with few places answers everybody, but
 * ever later (Ha and Rhee, "Taming the elephants: new TCP slow start", Computer Networks 55, 2011, leave slow start for the same
 * sign). Below one it cannot fall: when the only attempt is refused time and again, pauses take its place that double.
 */
export function attemptWindow({ most }: { readonly most: number }): AttemptWindow {
  let size = Math.min(LIMIT_START, most)
  let isStarting = true
  let cuts = 0
  let refusedAlone = 0
  let durations: number[] = []
  // The first look is at those that nothing but each other can have slowed down.
  let durationsWanted = size
  let bestMs: number | null = null
  let isSlow = false

  return {
    get limit() {
      return Math.floor(size)
    },
    get cuts() {
      return cuts
    },
    answered: (durationMs, mayGrow) => {
      refusedAlone = 0
      watch(durationMs)
      if (mayGrow && !isSlow) size = Math.min(most, size + (isStarting ? 1 : 1 / Math.floor(size)))
    },
    refused: (began, inFlight) => {
      if (began !== cuts) return 0
      cuts++
      isStarting = false
      // What was learnt of durations holds for the number of attempts that it was learnt with.
      lookAnew()
      bestMs = null
      isSlow = false
      const wasAlone = size < 2
      size = Math.max(1, Math.min(size, inFlight) * CUT)
      if (!wasAlone) return 0
      refusedAlone++
      // Once may be chance.
      return refusedAlone === 1 ? 0 : Math.min(PAUSE_MS_MAX, PAUSE_MS * 2 ** (refusedAlone - 2))
    },
  }

  function watch(durationMs: number): void {
    durations.push(durationMs)
    if (durations.length < durationsWanted) return
    const usualMs = median(durations)
    bestMs = bestMs === null ? usualMs : Math.min(usualMs, bestMs + (usualMs - bestMs) * FORGET)
    isSlow = usualMs > SLOW * bestMs
    if (isSlow && isStarting) {
      // The sign comes a round trip late, and slow start has doubled the limit meanwhile.
      size = Math.max(1, size * CUT)
      isStarting = false
    }
    lookAnew()
  }

  function lookAnew(): void {
    durations = []
    durationsWanted = isStarting ? DURATIONS_MIN : Math.max(DURATIONS_MIN, Math.floor(size))
  }
}
