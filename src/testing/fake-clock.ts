import type { Clock } from '../support/clock.ts'

/** A clock that stands still but for sleeps and `advance`. */
export interface FakeClock extends Clock {
  /** Every sleep asked for so far, in milliseconds. */
  readonly sleeps: readonly number[]
  /** Moves time on and wakes, in their order, the sleepers whose time has come. */
  advance(ms: number): Promise<void>
}

interface Sleeper {
  readonly untilMs: number
  readonly wake: () => void
}

/**
 * Time without waiting. A sleep of up to `skipUpToMs` takes no time: the clock moves on by it at once. Longer ones are
 * deadlines that are not meant to pass (a request's, a trial's): they sleep until `advance` reaches them.
 *
 * @default start 2025-01-01T00:00:00Z, skipUpToMs 120 000
 */
export function fakeClock(
  options: { readonly start?: string; readonly skipUpToMs?: number } = {},
): FakeClock {
  const startMs = Date.parse(options.start ?? '2025-01-01T00:00:00Z')
  const skipUpToMs = options.skipUpToMs ?? 120_000
  const sleeps: number[] = []
  const sleepers = new Set<Sleeper>()
  let passedMs = 0

  const advance = async (ms: number): Promise<void> => {
    const untilMs = passedMs + ms
    for (
      let next = earliest(sleepers);
      next && next.untilMs <= untilMs;
      next = earliest(sleepers)
    ) {
      passedMs = Math.max(passedMs, next.untilMs)
      sleepers.delete(next)
      next.wake()
      // What was woken runs before the next is, as it would in real time.
      await new Promise(setImmediate)
    }
    passedMs = Math.max(passedMs, untilMs)
  }

  const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    signal?.throwIfAborted()
    sleeps.push(ms)
    if (ms <= skipUpToMs) {
      await advance(Math.max(0, ms))
      signal?.throwIfAborted()
      return
    }
    await new Promise<void>((resolve, reject) => {
      const stop = (): void => {
        sleepers.delete(sleeper)
        reject(signal?.reason)
      }
      const sleeper: Sleeper = {
        untilMs: passedMs + ms,
        wake: () => {
          signal?.removeEventListener('abort', stop)
          resolve()
        },
      }
      sleepers.add(sleeper)
      signal?.addEventListener('abort', stop, { once: true })
    })
  }

  return {
    now: () => new Date(startMs + passedMs),
    elapsedMs: () => passedMs,
    sleep,
    sleeps,
    advance,
  }
}

function earliest(sleepers: ReadonlySet<Sleeper>): Sleeper | undefined {
  return [...sleepers].sort((a, b) => a.untilMs - b.untilMs)[0]
}
