import type { Clock } from '../support/clock.ts'
import { invariant } from '../support/errors.ts'
import type { Random } from '../support/random.ts'
import { type AttemptWindow, attemptWindow } from './attempt-window.ts'
import type { AttemptEnd, Connections, Lane, LaneState, Room, Turnstile } from './connections.ts'

/** No lane is closed for longer at one word of its provider, whatever the word. */
const CLOSED_MS_MAX = 600_000

/** What is added by chance to the time for which a lane is closed, as a share of it. */
const CLOSED_SPREAD = 0.1

/**
 * Lanes that find out for themselves how many attempts their models take at once: `attemptWindow` says how many, and a
 * provider that asks to be left alone, or says that nothing is left of its limit, closes its lane for that time. Who waits
 * is served in the order of asking. Nothing runs in the background: a lane has a timer only while somebody waits for it to open.
 *
 * @param options.random given, lanes do not open at the very moment that the provider named, when all that share its limit come
 * @param options.most attempts in flight in each lane, at the most
 */
export function createConnections(options: {
  readonly clock: Clock
  readonly random?: Random
  readonly most: number
}): Connections {
  const { most } = options
  invariant(Number.isSafeInteger(most) && most >= 1, 'a lane lets one attempt through at least')
  const lanes = new Map<string, AdaptiveLane>()
  return {
    lane: (name) => {
      const lane = lanes.get(name) ?? new AdaptiveLane(name, options)
      lanes.set(name, lane)
      return lane
    },
    lanes: () => [...lanes.values()].map((lane) => lane.state()),
  }
}

interface Waiter {
  readonly sinceMs: number
  readonly admit: (turnstile: Turnstile) => void
}

class AdaptiveLane implements Lane {
  readonly #name: string
  readonly #clock: Clock
  readonly #random: Random | undefined
  readonly #window: AttemptWindow
  /** In the order of asking. */
  readonly #waiting = new Set<Waiter>()
  #inFlight = 0
  #failed = 0
  #closedUntilMs = 0
  /** Aborts the sleep until the lane opens; null: nobody sleeps. */
  #alarm: AbortController | null = null

  constructor(
    name: string,
    options: { readonly clock: Clock; readonly random?: Random; readonly most: number },
  ) {
    this.#name = name
    this.#clock = options.clock
    this.#random = options.random
    this.#window = attemptWindow({ most: options.most })
  }

  state(): LaneState {
    return {
      name: this.#name,
      inFlight: this.#inFlight,
      limit: this.#window.limit,
      waiting: this.#waiting.size,
      closedMs: Math.max(0, this.#closedUntilMs - this.#clock.elapsedMs()),
      failed: this.#failed,
    }
  }

  enter(signal: AbortSignal): Promise<Turnstile> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted()
      const leave = (): void => {
        this.#waiting.delete(waiter)
        this.#letIn()
        reject(signal.reason)
      }
      const waiter: Waiter = {
        sinceMs: this.#clock.elapsedMs(),
        admit: (turnstile) => {
          signal.removeEventListener('abort', leave)
          resolve(turnstile)
        },
      }
      signal.addEventListener('abort', leave, { once: true })
      this.#waiting.add(waiter)
      this.#letIn()
    })
  }

  #letIn(): void {
    // Read once: were it closed at the first look and open at the second, nobody would be let in and nobody would be woken.
    const nowMs = this.#clock.elapsedMs()
    const closedMs = this.#closedUntilMs - nowMs
    for (const waiter of this.#waiting) {
      if (closedMs > 0 || this.#inFlight >= this.#window.limit) break
      this.#waiting.delete(waiter)
      this.#inFlight++
      waiter.admit(this.#turnstile(nowMs - waiter.sinceMs))
    }
    if (this.#waiting.size > 0 && closedMs > 0) this.#wakeAfter(closedMs)
    else this.#stopSleeping()
  }

  #turnstile(waitedMs: number): Turnstile {
    const began = this.#window.cuts
    let isOver = false
    return {
      waitedMs,
      end: (how) => {
        invariant(!isOver, `an attempt of lane "${this.#name}" ends once`)
        isOver = true
        this.#learn(how, began)
        this.#inFlight--
        this.#letIn()
      },
    }
  }

  #learn(how: AttemptEnd, began: number): void {
    switch (how.kind) {
      case 'answered':
        this.#failed = 0
        this.#window.answered(how.durationMs, this.#mayGrow(how.room))
        this.#close(closedBy(how.room))
        return
      case 'refused': {
        const pauseMs = this.#window.refused(began, this.#inFlight)
        this.#close(Math.max(pauseMs, how.retryAfterMs ?? 0, closedBy(how.room)))
        return
      }
      case 'failed':
        this.#failed++
        return
      default:
        how satisfies never
    }
  }

  /** Only a limit that was used up was too low, and only where there is room for more. */
  #mayGrow(room: Room | null): boolean {
    return this.#inFlight >= this.#window.limit && (room === null || room.left >= this.#inFlight)
  }

  #close(ms: number): void {
    if (!(ms > 0)) return
    const spread = 1 + CLOSED_SPREAD * (this.#random?.next() ?? 0)
    const untilMs = this.#clock.elapsedMs() + Math.min(CLOSED_MS_MAX, ms * spread)
    this.#closedUntilMs = Math.max(this.#closedUntilMs, untilMs)
  }

  #wakeAfter(closedMs: number): void {
    if (this.#alarm !== null) return
    const alarm = new AbortController()
    this.#alarm = alarm
    this.#clock.sleep(Math.ceil(closedMs), alarm.signal).then(
      () => {
        if (this.#alarm !== alarm) return
        this.#alarm = null
        // It may have been closed for longer meanwhile: then this sleeps again.
        this.#letIn()
      },
      // Rejects only because nobody waits any more.
      () => undefined,
    )
  }

  #stopSleeping(): void {
    this.#alarm?.abort()
    this.#alarm = null
  }
}

function closedBy(room: Room | null): number {
  return room !== null && room.left === 0 ? (room.resetMs ?? 0) : 0
}
