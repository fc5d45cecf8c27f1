import { spawn } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { listRuns } from '../../src/store/list-runs.ts'
import { openRun } from '../../src/store/sqlite-store.ts'
import { verifyRun } from '../../src/store/verify-run.ts'
import { type Random, seededRandom } from '../../src/support/random.ts'
import { sampleTrialRecord } from '../../src/testing/sample-records.ts'

const TRIALS = 6_000
const KILLS = 16

test('a run killed at random moments loses no stored trial and has none twice', async () => {
  using folder = temporaryFolder()
  const random = seededRandom('store kill')
  const told = new Set<number>()

  for (let kill = 0; kill < KILLS; kill++) {
    await writeUntilKilled(folder.file, random, told)
    if (!existsSync(folder.file)) {
      // Killed before the run was there: then nothing of it is.
      expect(told.size).toBe(0)
      expect((await listRuns(folder.path)).problems).toEqual([])
      continue
    }
    await using reader = await openRun(folder.file)
    const numbers = new Set((await reader.rows()).map((row) => row.number))
    expect([...told].filter((number) => !numbers.has(number))).toEqual([])
    expect(numbers.size - told.size).toBeLessThanOrEqual(1)
    expect(await reader.status()).toBe('interrupted')
    expect(folder.names()).toEqual(['run.offswitch'])
    // A trial that was stored in the last moment was not told of; from now on it must stay.
    for (const number of numbers) told.add(number)
  }
  const beforeLast = told.size
  await write(folder.file, told).ended

  expect(beforeLast).toBeGreaterThan(KILLS)
  expect(beforeLast).toBeLessThan(TRIALS)
  expect(folder.names()).toEqual(['run.offswitch'])
  await using reader = await openRun(folder.file)
  const expected = Array.from({ length: TRIALS }, (_, at) => sampleTrialRecord({ number: at + 1 }))
  expect(await reader.status()).toBe('finished')
  expect((await reader.rows()).map((row) => row.key)).toEqual(expected.map(({ spec }) => spec.key))
  expect(await reader.trial(TRIALS)).toEqual(expected.at(-1))
  const { trials, problems } = await verifyRun(folder.file)
  expect({ trials, problems }).toEqual({ trials: TRIALS, problems: [] })
})

test('a run whose log was cut off with its writer holds the trials before the cut', async () => {
  using folder = temporaryFolder()
  const writer = write(folder.file, new Set())
  await writer.told(300)
  await writer.kill()
  const size = statSync(`${folder.file}-wal`).size
  const whole = (await verifyRun(folder.file)).trials
  expect(whole).toBeGreaterThanOrEqual(300)
  let fewest = whole

  for (const share of [0.99, 0.75, 0.5, 0.2, 0.001, 0]) {
    using copy = temporaryFolder()
    for (const ending of ['', '-wal']) {
      copyFileSync(`${folder.file}${ending}`, `${copy.file}${ending}`)
    }
    truncateSync(`${copy.file}-wal`, Math.floor(size * share))
    await using reader = await openRun(copy.file)
    const rows = await reader.rows()
    const { trials, problems } = await verifyRun(copy.file)

    expect(rows.map((row) => row.number)).toEqual(rows.map((_, at) => at + 1))
    expect({ trials, problems }).toEqual({ trials: rows.length, problems: [] })
    expect(rows.length).toBeLessThanOrEqual(fewest)
    fewest = rows.length
  }
  expect(fewest).toBeLessThan(whole)
})

test('a live run can be read by another process, and is not taken from its writer', async () => {
  using folder = temporaryFolder()
  // It writes until it is killed.
  const writer = write(folder.file, new Set(), 1_000_000)
  await writer.told(10)

  {
    await using reader = await openRun(folder.file)
    const before = (await reader.rows()).length
    await writer.told(100)
    expect(await reader.status()).toBe('running')
    expect((await reader.rows()).length).toBeGreaterThan(before)
  }
  const second = write(folder.file, new Set())

  expect(await second.ended).toBe(1)
  expect(second.complaint()).toMatch(
    new RegExp(`UsageError: Cannot write run .*: process ${writer.pid} on host .* is writing it`),
  )
  await writer.kill()
})

async function writeUntilKilled(file: string, random: Random, told: Set<number>): Promise<void> {
  const writer = write(file, told)
  // Half of the moments fall anywhere from the process's start on, half into the storing.
  if (random.next() < 0.5) await writer.told(random.integer(1, 120))
  await new Promise((resolve) => setTimeout(resolve, random.integer(0, 200) * random.next()))
  await writer.kill()
}

function write(file: string, told: Set<number>, trials = TRIALS) {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'store-child.ts'), 'write', file, String(trials)],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let complaint = ''
  child.stderr.on('data', (chunk) => {
    complaint += String(chunk)
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const before = told.size
  const waiting = new Set<() => void>()
  createInterface(child.stdout).on('line', (line) => {
    const { stored } = JSON.parse(line)
    if (stored !== undefined) told.add(stored)
    for (const look of waiting) look()
  })
  return {
    pid: child.pid,
    ended,
    complaint: () => complaint,
    /** Resolves when so many more trials are stored, or the process has ended. */
    told(count: number): Promise<unknown> {
      const reached = new Promise<void>((resolve) => {
        const look = () => {
          if (told.size - before >= count) resolve()
        }
        waiting.add(look)
        look()
      })
      return Promise.race([reached, ended])
    },
    async kill(): Promise<void> {
      child.kill('SIGKILL')
      await ended
    },
  }
}

function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), 'offswitch-store-'))
  return {
    path,
    file: join(path, 'run.offswitch'),
    names: () => readdirSync(path).sort(),
    [Symbol.dispose]: () => rmSync(path, { recursive: true }),
  }
}
