import type { Clock } from '../../support/clock.ts'
import { exitCodeOf, type InitMessage, order } from './init-frames.ts'

export interface WorldTasksOptions {
  readonly send: (order: Buffer) => void
  readonly clock: Clock
  readonly signal: AbortSignal
  /** What opening a pipe or a device may hang on is ended after this time. */
  readonly timeoutMs: number
}

/** More is not taken from one file. */
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024
/** What the first process holds for a task at a time. */
const INPUT_BYTES = 1024 * 1024

interface Task {
  readonly output: Buffer[]
  outputBytes: number
  end(exitCode: number | null): void
}

/** Programs that run beside the agent's shell as its user: reading and writing files for the session. */
export class WorldTasks {
  readonly #options: WorldTasksOptions
  readonly #tasks = new Map<number, Task>()
  #lastId = 0
  #isDead = false

  constructor(options: WorldTasksOptions) {
    this.#options = options
  }

  /** @throws Error with what the world says of a file that cannot be read. */
  async readFile(path: string): Promise<Uint8Array> {
    return this.#run(`read ${path}`, ['cat', '--', path], new Uint8Array())
  }

  /** @throws Error with what the world says of a file that cannot be written. */
  async writeFile(path: string, content: string | Uint8Array): Promise<void> {
    const bytes = Buffer.from(content as Uint8Array)
    let script = 'exec cat > "$1"'
    let start = 0
    do {
      const piece = bytes.subarray(start, start + INPUT_BYTES)
      await this.#run(`write ${path}`, ['bash', '-c', script, 'bash', path], piece)
      script = 'exec cat >> "$1"'
      start += INPUT_BYTES
    } while (start < bytes.length)
  }

  take(message: InitMessage): void {
    if (message.kind === 'task-output') {
      const task = this.#tasks.get(message.id)
      if (task === undefined) return
      task.outputBytes += message.bytes.length
      if (task.outputBytes > OUTPUT_BYTES_MAX) this.#options.send(order.killTask(message.id))
      else task.output.push(message.bytes)
    }
    if (message.kind === 'task-ended') {
      this.#tasks.get(message.id)?.end(exitCodeOf(message.status))
    }
  }

  die(): void {
    this.#isDead = true
    for (const task of this.#tasks.values()) task.end(null)
  }

  async #run(what: string, program: readonly string[], input: Uint8Array): Promise<Buffer> {
    const { clock, send, signal, timeoutMs } = this.#options
    signal.throwIfAborted()
    if (this.#isDead) throw new Error(`Cannot ${what}: the machine is dead`)
    const id = ++this.#lastId
    const { promise: ended, resolve } = Promise.withResolvers<number | null>()
    const task: Task = { output: [], outputBytes: 0, end: resolve }
    this.#tasks.set(id, task)
    const over = new AbortController()
    // Rejects when the task is over; on the caller's abort the task is ended as it is when its time is over.
    const kill = (): void => send(order.killTask(id))
    const watch = clock.sleep(timeoutMs, AbortSignal.any([over.signal, signal])).then(kill, () => {
      if (signal.aborted) kill()
    })
    try {
      send(order.startTask(id, program, input))
      const exitCode = await ended
      signal.throwIfAborted()
      const output = Buffer.concat(task.output)
      if (exitCode === 0) return output
      throw new Error(
        `Cannot ${what}: ${exitCode === null ? 'the machine has died' : lastLine(output)}`,
      )
    } finally {
      this.#tasks.delete(id)
      over.abort()
      await watch
    }
  }
}

function lastLine(output: Buffer): string {
  const text = output.subarray(-4096).toString('utf8').trim().split('\n').at(-1) ?? ''
  return text === '' ? 'it was given up' : text
}
