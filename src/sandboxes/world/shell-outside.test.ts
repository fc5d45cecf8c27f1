import { expect, test } from 'vitest'
import { fakeClock } from '../../testing/fake-clock.ts'
import type { ListedProcess, OutsideProcess, ProcessReader } from './process-reader.ts'
import { ShellOutside } from './shell-outside.ts'

const FIRST = { pid: 100, parentPid: 1, startTicks: 1 }
const SHELL = { pid: 101, parentPid: 100, startTicks: 2 }

/** A world whose processes are a list, and who was signalled how. */
class ListedProcesses implements ProcessReader {
  readonly signals: string[] = []
  /** What happens between two lists. */
  meanwhile: () => void = () => undefined
  readonly #all = new Map<number, ListedProcess>()
  readonly #busy = new Set<number>()

  constructor(all: readonly OutsideProcess[]) {
    for (const process of [SHELL, ...all])
      this.#all.set(process.pid, { ...process, state: 'moving' })
  }

  start(pid: number, parentPid: number): void {
    this.#all.set(pid, { pid, parentPid, startTicks: pid, state: 'moving' })
  }

  /** Has the kernel keep a process from obeying. */
  keep(pid: number): void {
    this.#busy.add(pid)
  }

  /** The process obeys, at last, what it was sent. */
  release(pid: number): void {
    this.#busy.delete(pid)
    for (const signal of this.signals.filter((each) => each.endsWith(` ${pid}`))) {
      this.#obey(pid, Number(signal.split(' ')[0]))
    }
  }

  async first(): Promise<OutsideProcess> {
    return FIRST
  }

  async pids(): Promise<number[]> {
    return [...this.#all.keys()]
  }

  async list(): Promise<ListedProcess[]> {
    this.meanwhile()
    return [...this.#all.values()]
  }

  async child(innerPid: number): Promise<OutsideProcess | null> {
    return innerPid === 2 ? SHELL : null
  }

  async details(): Promise<{ nowTicks: number; processes: [] }> {
    return { nowTicks: 0, processes: [] }
  }

  async caller(): Promise<null> {
    return null
  }

  async signal(processes: readonly OutsideProcess[], signal: number): Promise<void> {
    for (const { pid } of processes) {
      this.signals.push(`${signal} ${pid}`)
      this.#obey(pid, signal)
    }
  }

  #obey(pid: number, signal: number): void {
    const process = this.#all.get(pid)
    if (process === undefined || this.#busy.has(pid)) return
    if (signal === 9) this.#all.delete(pid)
    if (signal === 19) this.#all.set(pid, { ...process, state: 'stopped' })
  }
}

function followed(processes: ListedProcesses): ShellOutside {
  const shell = new ShellOutside(() => processes, fakeClock())
  shell.follow(2)
  return shell
}

test('what a command has started is stopped and killed, what ran before is left, the shell gives up', async () => {
  const processes = new ListedProcesses([{ pid: 150, parentPid: 101, startTicks: 3 }])
  const shell = followed(processes)
  await shell.begin()
  processes.start(200, 101)
  processes.start(201, 200)
  processes.start(202, 100)
  processes.start(203, 150)

  await shell.giveUp()

  expect(processes.signals).toEqual([
    '19 101',
    '19 200',
    '19 201',
    '19 202',
    '9 200',
    '9 201',
    '9 202',
    '64 101',
    '18 101',
  ])
})

test('what a shell starts while it is told to stop is ended: the kernel has it finish that first', async () => {
  const processes = new ListedProcesses([])
  const shell = followed(processes)
  await shell.begin()
  processes.keep(101)
  let lists = 0
  processes.meanwhile = () => {
    if (++lists !== 5) return
    processes.release(101)
    processes.start(200, 101)
  }

  await shell.giveUp()

  expect(await processes.pids()).toEqual([101])
  expect(processes.signals.slice(-5)).toEqual(['19 101', '19 200', '9 200', '64 101', '18 101'])
})

test('what a process starts that has not yet stopped is ended, and nothing is killed before all have', async () => {
  const processes = new ListedProcesses([])
  const shell = followed(processes)
  await shell.begin()
  processes.start(200, 101)
  processes.keep(200)
  let lists = 0
  processes.meanwhile = () => {
    lists++
    if (lists === 4) processes.release(200)
    if (lists === 5) processes.start(201, 200)
  }

  await shell.giveUp()

  expect(await processes.pids()).toEqual([101])
  expect(processes.signals.slice(-5)).toEqual(['19 201', '9 200', '9 201', '64 101', '18 101'])
})

test('a process that the kernel does not let go holds nothing up for long', async () => {
  const processes = new ListedProcesses([])
  const clock = fakeClock()
  const shell = new ShellOutside(() => processes, clock)
  shell.follow(2)
  await shell.begin()
  processes.start(200, 101)
  processes.start(201, 200)
  processes.keep(200)

  await shell.giveUp()

  expect(await processes.pids()).toEqual([101, 200])
  expect(processes.signals.slice(-2)).toEqual(['64 101', '18 101'])
  expect(clock.elapsedMs()).toBeLessThan(5_000)
})

test('what a shell has started before it gave up is ended, and it goes on', async () => {
  const processes = new ListedProcesses([])
  const shell = followed(processes)
  await shell.begin()
  processes.start(200, 101)

  await shell.endStarted()

  expect(processes.signals).toEqual(['19 101', '19 200', '9 200', '18 101'])
})

test('a shell that is killed leaves nothing of what its command has started', async () => {
  const processes = new ListedProcesses([])
  const shell = followed(processes)
  await shell.begin()
  processes.start(200, 101)

  await shell.kill()

  expect(processes.signals).toEqual(['19 101', '19 200', '9 200', '9 101'])
})

test('nothing is signalled where there is no shell to be seen', async () => {
  const processes = new ListedProcesses([])
  const shell = followed(processes)
  shell.follow(3)

  await shell.begin()
  await shell.giveUp()
  await shell.kill()
  await new ShellOutside(() => null, fakeClock()).giveUp()

  expect(processes.signals).toEqual([])
})
