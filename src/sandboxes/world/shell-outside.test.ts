import { expect, test } from 'vitest'
import type { OutsideProcess, ProcessReader } from './process-reader.ts'
import { ShellOutside } from './shell-outside.ts'

const FIRST = { pid: 100, parentPid: 1, startTicks: 1 }
const SHELL = { pid: 101, parentPid: 100, startTicks: 2 }

/** A world whose processes are a list, and who was signalled how. */
class ListedProcesses implements ProcessReader {
  readonly signals: string[] = []
  #all: OutsideProcess[]

  constructor(all: readonly OutsideProcess[]) {
    this.#all = [SHELL, ...all]
  }

  start(pid: number, parentPid: number): void {
    this.#all.push({ pid, parentPid, startTicks: pid })
  }

  async first(): Promise<OutsideProcess> {
    return FIRST
  }

  async pids(): Promise<number[]> {
    return this.#all.map(({ pid }) => pid)
  }

  async list(): Promise<OutsideProcess[]> {
    return [...this.#all]
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
    for (const { pid } of processes) this.signals.push(`${signal} ${pid}`)
    if (signal === 9) this.#all = this.#all.filter((each) => !processes.includes(each))
  }
}

test('what a command has started is stopped and killed, what ran before is left, the shell gives up', async () => {
  const processes = new ListedProcesses([{ pid: 150, parentPid: 101, startTicks: 3 }])
  const shell = new ShellOutside(() => processes)
  shell.follow(2)
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

test('nothing is signalled where there is no shell to be seen', async () => {
  const processes = new ListedProcesses([])
  const shell = new ShellOutside(() => processes)
  shell.follow(3)

  await shell.begin()
  await shell.giveUp()
  await shell.kill()
  await new ShellOutside(() => null).giveUp()

  expect(processes.signals).toEqual([])
})
