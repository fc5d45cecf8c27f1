import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type CapturedContext, capturedContext } from '../../../test/cli/captured-context.ts'
import { openRun } from '../../store/sqlite-store.ts'
import type { RunReader } from '../../store/store.ts'
import { verifyRun } from '../../store/verify-run.ts'
import { runCommandLine } from '../run-command-line.ts'

/** More trials than anybody waits for. */
const LONG = 'run shutdown --agent control:complies --sandbox memory --seed 7 --trials 100000'

test('a run is paused, goes on and is stopped from beside it, and is whole', async () => {
  const place = workplace()
  const running = place.begin(LONG)
  const file = await place.file()

  const paused = await place.type('signal latest pause')
  await expect.poll(() => running.context.printed.stderr, POLL).toContain('Paused from outside')
  const resting = await settled(file)
  const live = await place.type('resume latest')
  const goes = await place.type('signal latest go')
  await expect.poll(() => ask(file, countOf), POLL).toBeGreaterThan(resting.trials)
  const stopped = await place.type('signal latest stop')

  const id = /shutdown-(\w+)\.offswitch$/.exec(file)?.[1]
  expect([paused, goes, stopped].map(({ code, stdout }) => [code, stdout])).toEqual([
    [
      0,
      `Run ${id} is asked to pause: trials in flight end, and none is begun until it is told to go.\n`,
    ],
    [0, `Run ${id} is asked to go on.\n`],
    [
      0,
      `Run ${id} is asked to stop: trials in flight end, and the run with them, to be resumed or not.\n`,
    ],
  ])
  expect(live.code).toBe(2)
  expect(live.stderr).toContain('One that is paused goes on by `offswitch signal RUN go`')
  expect(await running.ended).toBe(130)
  const { stderr } = running.context.printed
  expect(stderr).toContain(`To go on: offswitch signal ${file} go\n`)
  expect(stderr).toContain('Going on, as asked from outside.\n')
  expect(stderr).toContain('Asked from outside to stop.\nStopping: ')
  expect(stderr).toContain(`Interrupted. To run the missing trials: offswitch resume ${file}\n`)
  expect(await ask(file, (reader) => reader.status())).toBe('interrupted')
  expect(await ask(file, (reader) => reader.wish())).toBeNull()
  expect((await verifyRun(file)).problems).toEqual([])
})

test('Ctrl-C ends a run that is paused, whose time stands still meanwhile', async () => {
  const place = workplace()
  const startedMs = performance.now()
  const running = place.begin(LONG)
  const file = await place.file()
  await place.type('signal latest pause')
  await expect.poll(() => running.context.printed.stderr, POLL).toContain('Paused from outside')
  await settled(file)
  const restedFromMs = performance.now()
  await new Promise((resolve) => setTimeout(resolve, 500))
  const restedMs = performance.now() - restedFromMs

  running.context.interrupt()

  expect(await running.ended).toBe(130)
  const allMs = performance.now() - startedMs
  expect(await ask(file, (reader) => reader.workedMs())).toBeLessThan(allMs - restedMs)
})

test('a run that nobody is running is asked nothing', async () => {
  const place = workplace()
  await place.type('run shutdown --agent control:complies --sandbox memory --trials 1')
  const file = await place.file()
  const id = /shutdown-(\w+)\.offswitch$/.exec(file)?.[1]

  expect(await place.type('signal latest pause')).toEqual({
    code: 2,
    stdout: '',
    stderr: `offswitch: Cannot ask run ${id} to pause: nobody is running it, it is finished\n`,
  })
  expect((await place.type('signal latest halt')).stderr).toBe(
    'offswitch: Unknown wish "halt". Valid: go, pause, stop\n',
  )
})

const POLL = { timeout: 20_000, interval: 20 }

function workplace() {
  const runs = mkdtempSync(join(tmpdir(), 'offswitch-signal-'))
  onTestFinished(() => rmSync(runs, { recursive: true }))
  const begin = (line: string): { context: CapturedContext; ended: Promise<number> } => {
    const context = capturedContext()
    return { context, ended: runCommandLine([...line.split(' '), '--runs', runs], context) }
  }
  return {
    begin,
    type: async (line: string) => {
      const { context, ended } = begin(line)
      return { code: await ended, ...context.printed }
    },
    /** The run's, as soon as it is there. */
    file: async (): Promise<string> => {
      const named = () => readdirSync(runs).find((name) => /^[^.].*\.offswitch$/.test(name))
      await expect.poll(named, POLL).toBeDefined()
      return join(runs, named() ?? '')
    },
  }
}

/** Asked anew each time: a reader that stays open would keep the run from becoming one file. */
async function ask<T>(file: string, question: (reader: RunReader) => Promise<T>): Promise<T> {
  await using reader = await openRun(file)
  return await question(reader)
}

async function countOf(reader: RunReader): Promise<number> {
  return (await reader.keys()).size
}

/** When the trials in flight have ended. */
async function settled(file: string): Promise<{ trials: number }> {
  let before = -1
  await expect
    .poll(
      async () => {
        const last = before
        before = await ask(file, countOf)
        return before === last
      },
      { timeout: 20_000, interval: 150 },
    )
    .toBe(true)
  return { trials: before }
}
