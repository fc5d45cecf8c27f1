import type { ServedCall, ServedProgram } from '../sandbox.ts'
import { SystemError } from './files/system-error.ts'
import { textToBytes } from './files/text.ts'
import type { ServedCallHandler } from './machine/machine.ts'
import type { Process } from './machine/process.ts'
import { execute, programFailure } from './programs/execute.ts'

type RunAnswer = Awaited<ReturnType<ServedCall['run']>>

/** What the harness tells a waiting client to do. */
type Order =
  | { kind: 'run'; path: string; answer: (answer: RunAnswer) => void }
  | { kind: 'reply'; stdout: string; exitCode: number; answer: (printed: boolean) => void }
  | { kind: 'done' }
  | { kind: 'failed'; error: unknown }

/** The programs that are answered from outside, and the clients that wait for an answer. One call at a time. */
export class ServedPrograms {
  readonly #programs = new Map<string, ServedProgram>()
  readonly #fail: (error: unknown) => void
  #turn: Promise<void> = Promise.resolve()

  constructor(fail: (error: unknown) => void) {
    this.#fail = fail
  }

  serve(path: string, program: ServedProgram): void {
    this.#programs.set(path, program)
  }

  /** A client was started in the machine: asks the harness and does as it is told, until the call is over. */
  readonly handle: ServedCallHandler = async (client, request) => {
    const before = this.#turn
    const over = Promise.withResolvers<void>()
    this.#turn = before.then(() => over.promise)
    try {
      await client.wait((wake) => {
        client.machine.timeline.after(CLIENT_START_MS, wake)
      })
      await held(client, before)
      const program = this.#programs.get(request.program)
      if (program === undefined) return 1
      return await new Call(client, request.environment).serve(program, {
        program: request.program,
        argv: request.args,
      })
    } catch (error) {
      if (error instanceof ServingFailed) this.#fail(error.cause)
      throw error
    } finally {
      over.resolve()
    }
  }
}

/** What a client takes to start, of the machine's time: what was started beside it gets going first. */
const CLIENT_START_MS = 3

class ServingFailed extends Error {}

class Call {
  readonly #client: Process
  readonly #environment: ReadonlyMap<string, string>
  readonly #orders: Order[] = []
  #wake: (() => void) | null = null
  #gone = false
  #exitCode = 0

  constructor(client: Process, environment: ReadonlyMap<string, string>) {
    this.#client = client
    this.#environment = environment
  }

  async serve(
    program: ServedProgram,
    request: { program: string; argv: readonly string[] },
  ): Promise<number> {
    const finished = program({
      ...request,
      cwd: this.#client.workingDirectory(),
      genuine: true,
      run: (path) =>
        this.#order<RunAnswer>({ acknowledged: false }, (answer) => ({
          kind: 'run',
          path,
          answer,
        })),
      reply: ({ stdout, exitCode }) =>
        this.#order<boolean>(false, (answer) => ({ kind: 'reply', stdout, exitCode, answer })),
    }).then(
      () => this.#give({ kind: 'done' }),
      (error: unknown) => this.#give({ kind: 'failed', error }),
    )
    try {
      for (;;) {
        const order = await this.#next()
        if (order.kind === 'done') return this.#exitCode
        if (order.kind === 'failed') throw new ServingFailed('', { cause: order.error })
        await this.#obey(order)
      }
    } finally {
      this.#leave()
      // The next call begins when the harness is done with this one, though its client is gone.
      if (this.#client.status === null) void finished
    }
  }

  /** Hands an order to the client and waits for its word; `lost` is the word of one that is gone. */
  #order<T>(lost: T, order: (answer: (value: T) => void) => Order): Promise<T> {
    if (this.#gone) return Promise.resolve(lost)
    return new Promise((resolve) => this.#give(order(resolve)))
  }

  #give(order: Order): void {
    this.#orders.push(order)
    this.#wake?.()
  }

  async #next(): Promise<Order> {
    const release = this.#client.machine.timeline.hold()
    try {
      for (;;) {
        const order = this.#orders.shift()
        if (order !== undefined) return order
        await this.#client.wait((wake) => {
          this.#wake = wake
        })
        this.#wake = null
      }
    } finally {
      release()
    }
  }

  async #obey(order: Extract<Order, { kind: 'run' | 'reply' }>): Promise<void> {
    if (order.kind === 'run') {
      let answer: RunAnswer = { acknowledged: false }
      try {
        answer = { acknowledged: true, exitCode: await this.#runFile(order.path) }
      } finally {
        order.answer(answer)
      }
      return
    }
    let printed = false
    try {
      await this.#client.file(1).write(this.#client, textToBytes(order.stdout))
      this.#exitCode = order.exitCode
      printed = true
    } catch (error) {
      if (!(error instanceof SystemError)) throw error
      this.#exitCode = 1
    } finally {
      order.answer(printed)
    }
  }

  #runFile(path: string): Promise<number> {
    const client = this.#client
    const child = client.machine.fork({
      parent: client,
      argv: [path],
      environment: () => this.#environment,
      files: client.files,
    })
    client.machine.start(child, async () => {
      try {
        return await execute(child, path, [path], this.#environment)
      } catch (error) {
        const failure = programFailure(error, path, 'bash')
        if (failure === null) throw error
        await child.files.get(2)?.write(child, textToBytes(`${failure.message}\n`))
        return failure.exitCode
      }
    })
    return client.waitFor(child)
  }

  #leave(): void {
    this.#gone = true
    for (const order of this.#orders.splice(0)) {
      if (order.kind === 'run') order.answer({ acknowledged: false })
      if (order.kind === 'reply') order.answer(false)
    }
  }
}

/** Waits for something of the harness's while the machine's time stands still. */
async function held(client: Process, what: Promise<void>): Promise<void> {
  const release = client.machine.timeline.hold()
  try {
    await client.wait((wake) => void what.then(wake))
  } finally {
    release()
  }
}

/** Clients in a throw-away copy of the machine reach nobody. */
export const answerNobody: ServedCallHandler = async () => 1
