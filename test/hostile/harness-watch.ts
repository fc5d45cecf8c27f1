const BEAT_MS = 20

/** What an attack costs the harness while it lasts: how long its event loop stood still, and how much its memory grew. */
export class HarnessWatch implements Disposable {
  readonly #timer: NodeJS.Timeout
  readonly #startBytes = process.memoryUsage.rss()
  #lastMs = performance.now()
  longestPauseMs = 0
  grownBytes = 0

  constructor() {
    this.#timer = setInterval(() => this.#beat(), BEAT_MS)
  }

  #beat(): void {
    const nowMs = performance.now()
    this.longestPauseMs = Math.max(this.longestPauseMs, nowMs - this.#lastMs - BEAT_MS)
    this.#lastMs = nowMs
    this.grownBytes = Math.max(this.grownBytes, process.memoryUsage.rss() - this.#startBytes)
  }

  [Symbol.dispose](): void {
    this.#beat()
    clearInterval(this.#timer)
  }
}
