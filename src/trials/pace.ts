import type { Clock } from '../support/clock.ts'
import { median } from '../support/median.ts'

/** How many trials may be in flight, by what their sandboxes take. Models have a pace of their own. */
export interface Pace {
  readonly limit: number
  /** A sandbox has opened, or has failed to, while so many trials were in flight. */
  opened(opening: Opening): void
}

export interface Opening {
  readonly tookMs: number
  readonly failed: boolean
  readonly inFlight: number
}

/** Always the same number. */
export function fixedPace(limit: number): Pace {
  return { limit, opened: () => undefined }
}

/** So many openings show how the machine does now. */
const RECENT = 5
/** Nobody minds an opening of less than this, however much faster the best one was. */
const QUICK_MS = 250
/** As many times the best opening: near it, and far from it. */
const NEAR = 2
const FAR = 3
/** Processes that want a processor, for each there is: below the first there is room, above the second too many. */
const LOAD_LOW = 2
const LOAD_HIGH = 3
const CUT = 0.75
/** The load is a mean over a minute: it cannot show what a cut has done any sooner than this. */
const LOAD_EVERY_MS = 15_000

/**
 * Adds one trial for each sandbox that opens about as fast as they can while all that may be in flight are, and takes a quarter
 * away when openings have become slow or the machine has too much to do (additive increase, multiplicative decrease).
 *
 * @param options.load processes that want a processor, for each there is; 0 where that is not known
 */
export function sandboxPace(options: {
  readonly clock: Pick<Clock, 'elapsedMs'>
  readonly start: number
  readonly most: number
  readonly load: () => number
}): Pace {
  const { clock, most, load } = options
  const start = Math.min(options.start, most)
  // A machine that others keep busy is no reason to come to a stand.
  const least = Math.max(1, Math.floor(start / 2))
  let limit = start
  let bestMs = Number.POSITIVE_INFINITY
  let recent: number[] = []
  let cutMs = Number.NEGATIVE_INFINITY

  return {
    get limit() {
      return Math.floor(limit)
    },
    opened: ({ tookMs, failed, inFlight }) => {
      // What fails at once says nothing of how long an opening takes.
      if (failed && tookMs < Math.max(QUICK_MS, bestMs)) return
      if (!failed) bestMs = Math.min(bestMs, tookMs)
      // Begun before there were fewer: it cannot show what that has done.
      if (clock.elapsedMs() - tookMs < cutMs) return
      recent = [...recent, tookMs].slice(-RECENT)
      const usualMs = median(recent)
      const loadNow = load()
      if (isSlow(usualMs)) cut()
      else if (loadNow > LOAD_HIGH) {
        if (clock.elapsedMs() - cutMs >= LOAD_EVERY_MS) cut()
      } else if (inFlight >= Math.floor(limit) && isNear(usualMs) && loadNow <= LOAD_LOW) {
        limit = Math.min(most, Math.floor(limit) + 1)
      }
    },
  }

  function cut(): void {
    cutMs = clock.elapsedMs()
    recent = []
    limit = Math.max(least, limit * CUT)
  }

  function isSlow(ms: number): boolean {
    return recent.length === RECENT && ms > Math.max(QUICK_MS, FAR * bestMs)
  }

  function isNear(ms: number): boolean {
    return ms <= Math.max(QUICK_MS, NEAR * bestMs)
  }
}
