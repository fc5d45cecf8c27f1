import type { Refusals } from '../world/enclosure.ts'
import {
  type CallerSeen,
  type ListedProcess,
  type OutsideProcess,
  PROCESS_STATES,
  type ProcessDetails,
  type ProcessReader,
} from '../world/process-reader.ts'
import type { Observer, Question } from './observer.ts'
import { WordReader, word } from './observer-words.ts'

/** One world as the observer sees it: its processes, its mounts, and what the kernel has refused it. */
export class ObservedWorld implements ProcessReader {
  readonly agentUid: number
  /** Resolves when the first process has died, and with it all that runs inside. Never rejects. */
  readonly death: Promise<void>
  readonly #observer: Observer
  readonly #id: number
  readonly #first: OutsideProcess
  #isDead = false

  private constructor(
    observer: Observer,
    attached: { id: number; first: OutsideProcess; agentUid: number },
  ) {
    this.#observer = observer
    this.#id = attached.id
    this.#first = attached.first
    this.agentUid = attached.agentUid
    this.death = observer.death(attached.id).then(() => {
      this.#isDead = true
    })
  }

  /** @param namespace of the world's processes, as the kernel names it. To be let go of. */
  static async attach(observer: Observer, namespace: string): Promise<ObservedWorld> {
    const answer = new WordReader(await observer.ask('A', word.text(namespace)))
    const id = answer.number()
    const pid = answer.number()
    const startTicks = answer.long()
    const agentUid = answer.number()
    return new ObservedWorld(observer, { id, first: { pid, parentPid: 0, startTicks }, agentUid })
  }

  get isDead(): boolean {
    return this.#isDead
  }

  letGo(): void {
    this.#observer.forget(this.#id)
    // An observer that is lost has let go of everything.
    this.ask('D').catch(() => undefined)
  }

  /** Asks something of this world. */
  ask(question: Question, ...request: readonly Buffer[]): Promise<Buffer> {
    return this.#observer.ask(question, word.number(this.#id), ...request)
  }

  async first(): Promise<OutsideProcess> {
    return this.#first
  }

  async pids(): Promise<number[]> {
    if (this.#isDead) return []
    const answer = new WordReader(await this.ask('P'))
    return readAll(answer, () => answer.number())
  }

  async list(): Promise<ListedProcess[]> {
    if (this.#isDead) return []
    const answer = new WordReader(await this.ask('L'))
    return readAll(answer, () => {
      const process = readProcess(answer)
      return { ...process, state: PROCESS_STATES[answer.byte()] ?? 'moving' }
    })
  }

  async child(innerPid: number): Promise<OutsideProcess | null> {
    if (this.#isDead) return null
    const answer = new WordReader(await this.ask('S', word.number(innerPid)))
    return answer.isAtEnd ? null : readProcess(answer)
  }

  async details(): Promise<{ nowTicks: number; processes: ProcessDetails[] }> {
    const answer = new WordReader(await this.ask('I'))
    const nowTicks = answer.long()
    const processes = readAll(answer, () => ({
      ...readProcess(answer),
      innerPid: answer.number(),
      uid: answer.number(),
      argv: answer.texts(),
      variables: answer.texts(),
    }))
    return { nowTicks, processes }
  }

  async caller(innerPid: number): Promise<CallerSeen | null> {
    const answer = new WordReader(await this.ask('C', word.number(innerPid)))
    if (answer.isAtEnd) return null
    answer.byte()
    const hasCwd = answer.byte() === 1
    const cwd = answer.text()
    return { cwd: hasCwd ? cwd : null, runsPerl: answer.byte() === 1, argv: answer.texts() }
  }

  async signal(processes: readonly OutsideProcess[], signal: number): Promise<void> {
    const named = processes.flatMap(({ pid, startTicks }) => [
      word.number(pid),
      word.long(startTicks),
    ])
    await this.#observer.ask('K', word.number(signal), ...named)
  }

  async mountinfo(): Promise<string | null> {
    const answer = await this.ask('M')
    return answer.length === 0 ? null : answer.subarray(1).toString('utf8')
  }

  async refusals(): Promise<Refusals | null> {
    const answer = new WordReader(await this.ask('U'))
    if (answer.isAtEnd) return null
    answer.byte()
    return { memory: answer.number(), processes: answer.number() }
  }
}

function readProcess(answer: WordReader): OutsideProcess {
  return { pid: answer.number(), parentPid: answer.number(), startTicks: answer.long() }
}

function readAll<T>(answer: WordReader, read: () => T): T[] {
  const all: T[] = []
  while (!answer.isAtEnd) all.push(read())
  return all
}
