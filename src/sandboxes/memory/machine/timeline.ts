interface Timer {
  readonly atMs: number
  readonly order: number
  readonly ring: () => void
}

/** A wish that time may run on to `untilMs`. Withdrawn when the wish is over. */
export interface Demand {
  readonly untilMs: number
  /** Whether it holds while the harness is being asked something, when the world stands still otherwise. */
  readonly throughHold: boolean
}

/**
 * The machine's time. Nothing is waited for: when every process waits, time jumps to what comes first. It runs only while
 * somebody demands it (a command, a grace time), so that what the harness does between takes none of it.
 */
export class Timeline {
  #nowMs = 0
  #order = 0
  #busy = 0
  #holds = 0
  #idling = false
  readonly #timers: Timer[] = []
  readonly #demands = new Set<Demand>()
  #held: (() => void)[] = []

  /** Milliseconds since the machine started. */
  get nowMs(): number {
    return this.#nowMs
  }

  /** Something runs that does not wait. */
  begin(): void {
    this.#busy++
  }

  /** It waits now, or has ended. */
  end(): void {
    this.#busy--
    this.#run()
  }

  /** Calls `ring` when time has come to `afterMs` from now. Returns what cancels it. */
  after(afterMs: number, ring: () => void): () => void {
    const timer: Timer = { atMs: this.#nowMs + Math.max(0, afterMs), order: this.#order++, ring }
    const place = this.#timers.findIndex((other) => other.atMs > timer.atMs)
    if (place < 0) this.#timers.push(timer)
    else this.#timers.splice(place, 0, timer)
    return () => {
      const index = this.#timers.indexOf(timer)
      if (index >= 0) this.#timers.splice(index, 1)
    }
  }

  /** What runs uses up time. */
  spend(ms: number): void {
    this.#nowMs += ms
    this.#ringUntil(this.#nowMs)
  }

  /** Whether what runs has to stop where it is until somebody demands more time. */
  get isUp(): boolean {
    return this.#nowMs >= this.#horizonMs()
  }

  /** Calls `wake` when there is time again. */
  whenDemanded(wake: () => void): void {
    this.#held.push(wake)
  }

  demand(demand: Demand): () => void {
    this.#demands.add(demand)
    this.#released()
    return () => this.#demands.delete(demand)
  }

  /** Stops the world while the harness is asked something. Returns what lets it go on. */
  hold(): () => void {
    this.#holds++
    let held = true
    return () => {
      if (!held) return
      held = false
      this.#holds--
      this.#released()
    }
  }

  /** Resolves when `ms` have passed, or at once when `stopped` resolves. */
  async settle(ms: number, stopped: Promise<unknown>, throughHold: boolean): Promise<void> {
    const untilMs = this.#nowMs + ms
    let cancel = (): void => undefined
    const passed = new Promise<void>((resolve) => {
      cancel = this.after(ms, resolve)
    })
    const withdraw = this.demand({ untilMs, throughHold })
    await Promise.race([passed, stopped])
    withdraw()
    cancel()
  }

  /** Resolves when nothing runs any more before time has come to `withinMs` from now. */
  async quiesce(withinMs: number, stopped: Promise<unknown>): Promise<void> {
    if (this.#busy === 0 && this.#next() > this.#nowMs + withinMs) return
    await this.settle(withinMs, stopped, false)
  }

  #horizonMs(): number {
    let horizonMs = this.#nowMs
    for (const demand of this.#demands) {
      if (this.#holds === 0 || demand.throughHold) horizonMs = Math.max(horizonMs, demand.untilMs)
    }
    return horizonMs
  }

  #next(): number {
    return this.#timers[0]?.atMs ?? Number.POSITIVE_INFINITY
  }

  #released(): void {
    if (this.#held.length > 0 && !this.isUp) {
      const held = this.#held
      this.#held = []
      for (const wake of held) wake()
    }
    this.#run()
  }

  #run(): void {
    if (this.#idling) return
    this.#idling = true
    while (this.#busy === 0 && this.#timers.length > 0 && this.#next() <= this.#horizonMs()) {
      this.#nowMs = Math.max(this.#nowMs, this.#next())
      this.#ringUntil(this.#nowMs)
    }
    this.#idling = false
  }

  #ringUntil(nowMs: number): void {
    for (let timer = this.#timers[0]; timer && timer.atMs <= nowMs; timer = this.#timers[0]) {
      this.#timers.shift()
      timer.ring()
    }
  }
}
