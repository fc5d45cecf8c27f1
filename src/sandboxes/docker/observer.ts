import type { ChildProcess } from 'node:child_process'
import type { Clock } from '../../support/clock.ts'
import { HarnessError, invariant } from '../../support/errors.ts'
import { TELLING_VARIABLE } from '../telling-variable.ts'
import { systemCallsOf } from '../world/system-calls.ts'
import { readAsset } from '../world/world-scripts.ts'
import { complaintOf } from './complaint-of.ts'
import type { Engine } from './engine.ts'
import { containerFlags } from './engine-flags.ts'
import type { WorldImage } from './image.ts'
import { ownerFlags } from './leftovers.ts'
import { word } from './observer-words.ts'

/** The letters of `assets/docker/observe`. */
export type Question = 'A' | 'D' | 'V' | 'R' | 'F' | 'P' | 'L' | 'S' | 'I' | 'C' | 'K' | 'M' | 'U'

/** A container has to start for it. */
const START_MS = 60_000
/** The longest look takes less than a second; a machine that is busy with other worlds gets much more. */
const ANSWER_MS = 60_000
/** More than any answer has. */
const FRAME_BYTES_MAX = 256 * 1024 * 1024

interface Pending {
  resolve(answer: Buffer): void
  reject(error: Error): void
}

/** What looks into worlds from outside them: a container of the harness's own on the engine's machine, one for all worlds. */
export class Observer {
  readonly #child: ChildProcess
  readonly #clock: Clock
  readonly #ready = Promise.withResolvers<void>()
  readonly #pending = new Map<number, Pending>()
  readonly #deaths = new Map<number, PromiseWithResolvers<void>>()
  readonly #received: Buffer[] = []
  #receivedBytes = 0
  #lastId = 0
  #complaint = ''
  #lost: HarnessError | null = null

  private constructor(child: ChildProcess, clock: Clock) {
    this.#child = child
    this.#clock = clock
    child.stdout?.on('data', (bytes: Buffer) => this.#receive(bytes))
    child.stderr?.on('data', (bytes: Buffer) => {
      this.#complaint = (this.#complaint + bytes.toString('utf8')).slice(-2_000)
    })
    // Its end says more than a write that it has not taken.
    child.stdin?.on('error', () => undefined)
    child.once('error', (error) => this.#lose(error.message))
    child.once('close', () => this.#lose(complaintOf(this.#complaint) || 'it has ended'))
  }

  /** Starts one. @throws HarnessError (source `sandbox`) where it does not come to stand. */
  static async start(engine: Engine, image: WorldImage, clock: Clock): Promise<Observer> {
    const observer = new Observer(engine.spawn(observerArguments(engine, image)), clock)
    await observer.#within(START_MS, observer.#ready.promise)
    observer.#rest()
    return observer
  }

  get isLost(): boolean {
    return this.#lost !== null
  }

  /** Calls back when it has ended. */
  onLost(callback: () => void): void {
    this.#child.once('close', callback)
  }

  /** @throws HarnessError (source `sandbox`) when it cannot answer, or is lost. */
  async ask(question: Question, ...request: readonly Buffer[]): Promise<Buffer> {
    if (this.#lost !== null) throw this.#lost
    const id = ++this.#lastId
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
    this.#wake()
    this.#pending.set(id, { resolve, reject })
    const payload = Buffer.concat([word.number(id), Buffer.from(question), ...request])
    this.#child.stdin?.write(word.text(payload))
    try {
      return await this.#within(ANSWER_MS, promise)
    } finally {
      this.#pending.delete(id)
      this.#rest()
    }
  }

  /** Resolves when the first process of a world has died. Never rejects. */
  death(world: number): Promise<void> {
    return this.#deathOf(world).promise
  }

  forget(world: number): void {
    this.#deaths.delete(world)
  }

  #deathOf(world: number): PromiseWithResolvers<void> {
    const known = this.#deaths.get(world) ?? Promise.withResolvers<void>()
    this.#deaths.set(world, known)
    return known
  }

  #receive(bytes: Buffer): void {
    this.#received.push(bytes)
    this.#receivedBytes += bytes.length
    while (this.#receivedBytes >= 4) {
      const first = this.#received[0]
      invariant(first !== undefined, 'what was counted is there')
      const head = first.length >= 4 ? first : this.#join()
      const length = head.readUInt32BE(0)
      if (length > FRAME_BYTES_MAX) {
        this.#child.kill('SIGKILL')
        return
      }
      if (this.#receivedBytes < 4 + length) return
      const all = this.#join()
      this.#take(all.subarray(4, 4 + length))
      const rest = all.subarray(4 + length)
      this.#received.splice(0, 1, rest)
      this.#receivedBytes = rest.length
    }
  }

  #join(): Buffer {
    const [only, second] = this.#received
    if (only !== undefined && second === undefined) return only
    const all = Buffer.concat(this.#received)
    this.#received.splice(0, this.#received.length, all)
    return all
  }

  #take(frame: Buffer): void {
    const id = frame.readUInt32BE(0)
    const kind = String.fromCharCode(frame[4] ?? 0)
    const payload = frame.subarray(5)
    if (id === 0) {
      if (kind === 'g') this.#deathOf(payload.readUInt32BE(0)).resolve()
      else this.#ready.resolve()
    } else if (kind === 'k') {
      // What it was cut from is as long as all that came with it; a large answer is most of that.
      const isMost = payload.length > frame.buffer.byteLength / 2
      this.#pending.get(id)?.resolve(isMost ? payload : Buffer.from(payload))
    } else {
      this.#pending.get(id)?.reject(cannotLook(payload.toString('utf8').trim()))
    }
  }

  #lose(why: string): void {
    this.#lost ??= cannotLook(why)
    this.#ready.reject(this.#lost)
    // Whoever waited for it has been told; where nobody did, there is nothing to tell.
    this.#ready.promise.catch(() => undefined)
    for (const { reject } of this.#pending.values()) reject(this.#lost)
  }

  async #within<T>(ms: number, answer: Promise<T>): Promise<T> {
    const over = new AbortController()
    const late = this.#clock.sleep(ms, over.signal).then(() => {
      // It is stuck: what it would say now belongs to nothing any more.
      this.#child.kill('SIGKILL')
      throw cannotLook(`it did not answer within ${ms} ms`)
    })
    // Broken off when the answer is there.
    late.catch(() => undefined)
    try {
      return await Promise.race([answer, late])
    } finally {
      over.abort()
    }
  }

  /** A harness that has nothing else to do does not stay for it. */
  #rest(): void {
    if (this.#pending.size === 0) for (const handle of handlesOf(this.#child)) handle.unref?.()
  }

  #wake(): void {
    if (this.#pending.size === 0) for (const handle of handlesOf(this.#child)) handle.ref?.()
  }
}

const running = new Map<string, Promise<Observer>>()

/** The observer of this process on an engine's machine: started when it is first asked for, and anew when it was lost. */
export function observerOn(engine: Engine, image: WorldImage, clock: Clock): Promise<Observer> {
  const { machine } = engine
  const known = running.get(machine)
  if (known !== undefined) return known
  const forget = (): void => {
    if (running.get(machine) === starting) running.delete(machine)
  }
  const starting = Observer.start(engine, image, clock).then((observer) => {
    observer.onLost(forget)
    return observer
  })
  running.set(machine, starting)
  starting.catch(forget)
  return starting
}

/** It sees every process of the machine and may read what is theirs; it has no network, and may not write anything. */
function observerArguments(engine: Engine, image: WorldImage): string[] {
  const calls = systemCallsOf(engine.processor)
  if (calls === null) {
    throw new HarnessError(
      `Cannot start sandbox "docker": the system calls of the engine's processor (${engine.processor}) are not known`,
      { source: 'sandbox' },
    )
  }
  const rights = ['SYS_PTRACE', 'DAC_READ_SEARCH', 'KILL']
  return [
    ...['run', '--interactive', '--rm', '--sig-proxy=false', '--pull', 'never'],
    ...containerFlags(engine),
    ...ownerFlags(),
    ...['--init=false', '--no-healthcheck', '--log-driver', 'none', '--stop-signal', 'KILL'],
    ...['--pid', 'host', '--network', 'none', '--read-only', '--user', '0:0', '--workdir', '/'],
    ...['--cap-drop', 'ALL', ...rights.flatMap((right) => ['--cap-add', right])],
    ...['--security-opt', 'no-new-privileges', '--security-opt', 'apparmor=unconfined'],
    ...['--security-opt', 'label=disable'],
    // Ids as the machine itself has them, also where the engine gives containers others.
    ...(engine.kind === 'docker' ? ['--userns', 'host'] : []),
    ...['--entrypoint', 'perl', image.id, '-e', readAsset('docker', 'observe')],
    ...(['statx', 'fstatfs', 'pidfd_open'] as const).map((call) => `${calls.number(call)}`),
    TELLING_VARIABLE,
  ]
}

interface Referable {
  ref?(): void
  unref?(): void
}

function handlesOf(child: ChildProcess): Referable[] {
  // Pipes to a child are sockets, which their declared types do not say.
  const streams = [child.stdin, child.stdout, child.stderr] as (Referable | null)[]
  return [child, ...streams.filter((stream) => stream !== null)]
}

function cannotLook(why: string): HarnessError {
  return new HarnessError(`Cannot look into sandbox "docker": ${why}`, { source: 'sandbox' })
}
