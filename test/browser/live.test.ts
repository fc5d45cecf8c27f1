import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { useStage } from './stage.ts'
import { storedRuns } from './stored-runs.ts'

const stage = useStage()

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
  await page.getByRole('button', { name: 'Go on' }).click()
  await state.getByText('Running', { exact: true }).waitFor()
  const resumed = await trials()
  await expect.poll(trials, LONG).toBeGreaterThan(resumed)

  await page.getByRole('button', { name: 'Stop …' }).click()
  await page.getByRole('button', { name: 'Stop it' }).click()
  await state.getByText('Interrupted', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Resume' }).waitFor()
  await other.page.getByText('Interrupted', { exact: true }).waitFor()
  expect(await watched.problems()).toEqual([])
  expect(await other.problems()).toEqual([])
})

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
