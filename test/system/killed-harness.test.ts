import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, expect, test } from 'vitest'
import { bubblewrap } from '../../src/sandboxes/bubblewrap/bubblewrap.ts'
import { systemClock } from '../../src/support/clock.ts'
import { descendantsOf, leftOf, markedProcesses, signsOf } from '../hostile/host-watch.ts'

const TRIALS = 20

const found = await bubblewrap.check({
  clock: systemClock(),
  signal: new AbortController().signal,
})

beforeEach(({ skip }) => skip(!found.available, `bubblewrap does not run here: ${found.reason}`))

test('a second after a harness was killed in twenty trials nothing of theirs is left: no process, no mount, no control group', async () => {
  const { child, marker } = await startTrials()
  using signs = signsOf(descendantsOf(child.pid ?? 0), marker)

  child.kill('SIGKILL')
  await once(child, 'exit')
  await sleep(1_000)

  expect(leftOf(signs)).toEqual([])
}, 120_000)

/** Twenty trials under way, each with an agent's jobs in its world. */
async function startTrials(): Promise<{ child: ChildProcess; marker: string }> {
  const marker = `MARK=${randomBytes(8).toString('hex')}`
  const script = join(import.meta.dirname, 'killed-harness-child.ts')
  const child = spawn(process.execPath, [script, marker], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const waiting = (): number =>
    markedProcesses(marker).filter((pid) => programOf(pid) === 'waiting').length
  await expect.poll(waiting, { timeout: 60_000, interval: 100 }).toBe(TRIALS)
  return { child, marker }
}

function programOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0] ?? ''
  } catch {
    return '' // It has ended.
  }
}
