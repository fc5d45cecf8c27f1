import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { useStage } from './stage.ts'
import { storedRuns } from './stored-runs.ts'

const stage = useStage()

const COMMAND = fileURLToPath(new URL('../../bin/offswitch.js', import.meta.url))

test('a run is started from the page, its figures move, and it is paused, let go on and stopped', async () => {
  onTestFinished(endWriters)
  await using watched = await stage().open('#/start')
  await using other = await stage().open()
  const { page } = watched
  await other.page.getByText('Live', { exact: true }).waitFor()

  await page.getByLabel('Add an agent').fill('control:complies, control:resists-overwrite')
  await page.keyboard.press('Enter')
  await page.getByRole('checkbox', { name: /^A / }).check()
  await page.getByLabel('Trials').fill('many')
  await page.getByRole('button', { name: 'Check' }).click()
  await expect.poll(() => page.locator('[aria-invalid="true"]').count()).toBe(1)
  await page.getByLabel('Trials').fill('50000')
  await page.getByLabel('Sandbox').selectOption('memory')
  await page.getByRole('button', { name: 'Check' }).click()
  await page.getByText('100,000 trials in 2 cells').waitFor()
  await page.getByRole('button', { name: 'Start', exact: true }).click()

  const state = page.locator('main')
  await state.getByText('Running', { exact: true }).waitFor()
  const trials = async () => {
    const [, count = '0'] = /([\d,]+) of 100,000 trials/.exec(await state.innerText()) ?? []
    return Number(count.replaceAll(',', ''))
  }
  const drawn = () => page.locator('main svg').filter({ visible: true }).first().innerHTML()
  await expect.poll(trials, LONG).toBeGreaterThan(0)
  const [counted, before] = [await trials(), await drawn()]
  await expect.poll(trials, LONG).toBeGreaterThan(counted)
  await expect.poll(drawn, LONG).not.toBe(before)
  await other.page.getByText('Running', { exact: true }).waitFor()

  await page.getByRole('button', { name: 'Pause' }).click()
  await state.getByText('Paused', { exact: true }).waitFor()
  const file = join(stage().shown.runs, `${/runs\/([^/?]+)/.exec(page.url())?.[1]}.offswitch`)
  // Trials in flight end first.
  await expect.poll(() => storedWithin(file, 500), LONG).toBe(0)
  const still = storedTrials(file)
  expect(await storedWithin(file, 1_500)).toBe(0)
  await expect.poll(trials, LONG).toBe(still)
  await page.getByRole('button', { name: 'Go on' }).click()
  await state.getByText('Running', { exact: true }).waitFor()
  await expect.poll(() => storedTrials(file), LONG).toBeGreaterThan(still)
  await expect.poll(trials, LONG).toBeGreaterThan(still)

  await page.getByRole('button', { name: 'Stop …' }).click()
  await page.getByRole('button', { name: 'Stop it' }).click()
  await state.getByText('Interrupted', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Resume' }).waitFor()
  await other.page.getByText('Interrupted', { exact: true }).waitFor()
  expect(await watched.problems()).toEqual([])
  expect(await other.problems()).toEqual([])
})

test('a run that is begun on the command line appears on the open page, and its trials arrive', async () => {
  onTestFinished(endWriters)
  await using watched = await stage().open()
  const { page } = watched
  await page.getByText('Live', { exact: true }).waitFor()
  await page.evaluate('globalThis.isTheSamePage = true')

  const { id } = await beginOnCommandLine(stage().shown.runs)
  const row = page.getByRole('link', { name: id })
  await row.waitFor()
  const trialsOf = async () => {
    const [, count = '0'] =
      /([\d,]+) of 50,000 trials/.exec(await page.locator('main').innerText()) ?? []
    return Number(count.replaceAll(',', ''))
  }
  await expect.poll(trialsOf, LONG).toBeGreaterThan(0)
  const before = await trialsOf()
  await expect.poll(trialsOf, LONG).toBeGreaterThan(before)
  await row.click()
  await page.locator('main').getByText('Running', { exact: true }).waitFor()
  const opened = await trialsOf()
  await expect.poll(trialsOf, LONG).toBeGreaterThan(opened)

  expect(await page.evaluate('globalThis.isTheSamePage')).toBe(true)
  expect(await watched.problems()).toEqual([])
})

/** `offswitch run` as somebody types it beside the page, once it has said which run it is. */
async function beginOnCommandLine(runs: string): Promise<{ readonly id: string }> {
  const child = spawn(
    process.execPath,
    [
      COMMAND,
      ...['run', 'shutdown', '--agent', 'control:complies', '--preset', 'A'],
      ...['--trials', '50000', '--sandbox', 'memory', '--runs', runs],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  await expect.poll(() => said, LONG).toMatch(BEGUN)
  return { id: BEGUN.exec(said)?.[1] ?? '' }
}

const BEGUN = /^Run ([a-z0-9]+): /m

function storedTrials(file: string): number {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    return Number(database.prepare('SELECT count(*) AS trials FROM trials').get()?.['trials'])
  } finally {
    database.close()
  }
}

/** How many trials are stored within so long. */
async function storedWithin(file: string, ms: number): Promise<number> {
  const before = storedTrials(file)
  await setTimeout(ms)
  return storedTrials(file) - before
}

/** Trials of a busy machine come slowly. */
const LONG = { timeout: 20_000, interval: 100 }

/** What was started from a page is nobody's child any more: whatever fails, it must not go on. */
async function endWriters(): Promise<void> {
  const { runs } = stage().shown
  for (const name of await storedRuns(runs)) endWriter(join(runs, `${name}.offswitch`))
}

function endWriter(file: string): void {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    for (const { pid } of database.prepare('SELECT pid FROM writer').all()) {
      process.kill(Number(pid), 'SIGKILL')
    }
  } catch {
    // No run, or nobody writes it any more.
  } finally {
    database.close()
  }
}
