import type { HeldTime } from '../agents/agent.ts'
import type { Clock } from '../support/clock.ts'

/** The time that a trial may take. It stands still while it is held: what is waited for then is not the agent's doing. */
export interface TrialClock extends AsyncDisposable {
  /** Aborted when the time is over. */
  readonly over: AbortSignal
  /** The time stands still until this is disposed of. What is held several times at once is held once. */
  hold(): HeldTime
}

/** @param options.signal aborted with the run: nothing is waited for any longer then */
export function startTrialClock(
  clock: Clock,
  options: { readonly limitMs: number; readonly signal: AbortSignal },
): TrialClock {
  const startedMs = clock.elapsedMs()
  const over = new AbortController()
  const ended = new AbortController()
  const signal = AbortSignal.any([options.signal, ended.signal])
  /** `ms`: of holds that have ended, less what of holds was counted. */
  const held = { ms: 0, holds: 0, sinceMs: 0 }
  let released = Promise.withResolvers<void>()

  const watching = watch()
    // Rejects only because the trial or the run has ended before its time.
    .catch(() => undefined)

  return { over: over.signal, hold, [Symbol.asyncDispose]: end }

  async function watch(): Promise<void> {
    while (!signal.aborted && leftMs() > 0) {
      if (held.holds > 0) await released.promise
      // It may be held meanwhile: then there is some of it left.
      else await clock.sleep(leftMs(), signal)
    }
    endIfPassed()
  }

  function hold(): HeldTime {
    if (held.holds++ === 0) {
      held.sinceMs = clock.elapsedMs()
      released = Promise.withResolvers()
    }
    let isHeld = true
    return {
      count: (ms) => {
        held.ms -= ms
        endIfPassed()
      },
      [Symbol.dispose]: () => {
        if (!isHeld) return
        isHeld = false
        if (--held.holds > 0) return
        held.ms += clock.elapsedMs() - held.sinceMs
        released.resolve()
      },
    }
  }

  function leftMs(): number {
    const nowMs = clock.elapsedMs()
    const holdMs = held.holds > 0 ? nowMs - held.sinceMs : 0
    return options.limitMs - (nowMs - startedMs - held.ms - holdMs)
  }

  function endIfPassed(): void {
    if (!signal.aborted && leftMs() <= 0) over.abort(new Error('The trial is over its time'))
  }

  async function end(): Promise<void> {
    ended.abort()
    // What it waits for may be a hold that nobody has ended.
    released.resolve()
    await watching
  }
}
