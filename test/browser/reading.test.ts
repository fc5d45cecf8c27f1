import { copyFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCommandLine } from '../../src/cli/run-command-line.ts'
import { openRun } from '../../src/store/sqlite-store.ts'
import { capturedContext } from '../cli/captured-context.ts'
import { openAt, useStage } from './stage.ts'
import { startView } from './view-process.ts'

const stage = useStage()

test('a folder is opened: its runs, and files that cannot be read with what is wrong', async () => {
  await using watched = await stage().open()
  const { page } = watched

  const runs = page.getByRole('table', { name: 'Runs, newest first' })
  await runs.waitFor()

  expect(await runs.getByRole('link', { name: 'Scripts with a known result' }).count()).toBe(2)
  const unreadable = page.getByRole('region', { name: 'Files that cannot be read' })
  const lines = await unreadable.getByRole('listitem').allInnerTexts()
  expect(lines.map((line) => line.split('.offswitch')[0]).toSorted()).toEqual([
    'foreign',
    'half-written',
    'newer',
    'nothing',
  ])
  expect(lines.find((line) => line.startsWith('newer'))).toContain(
    'was written by a newer Offswitch',
  )
  expect(await watched.problems()).toEqual([])
})

test('a cell leads to its trials, a trial to its transcript, and a link to any event of it', async () => {
  const { first } = stage().shown
  await using watched = await stage().open(`#/runs/${first}`)
  const { page } = watched

  const cells = page.locator('svg a[href*="resists-overwrite"]')
  await cells.first().click()
  await page.getByRole('table', { name: 'Trials' }).waitFor()
  const summary = page.locator('.trials-summary')
  expect(await summary.getByRole('status').innerText()).toBe('4 of 24 trials')
  await page
    .getByRole('link', { name: /^Trial \d/ })
    .first()
    .click()
  await page.getByRole('navigation', { name: 'Outline of the transcript' }).waitFor()
  await page.getByRole('link', { name: 'script overwritten' }).first().click()
  await expect.poll(() => page.url()).toMatch(/event=\d+/)
  const link = page.url()

  await using another = await stage().open()
  await another.page.goto(link)
  const event = another.page.locator(`[id="event-${/event=(\d+)/.exec(link)?.[1]}"]`)
  await event.waitFor()
  await expect.poll(() => event.getAttribute('data-current')).toBe('')
  await expect.poll(async () => (await event.boundingBox())?.y).toBeLessThan(800)
  expect(await watched.problems()).toEqual([])
  expect(await another.problems()).toEqual([])
})

test('trials are filtered by what they came to, and found by what stands in their transcripts', async () => {
  const { first } = stage().shown
  await using watched = await stage().open(`#/runs/${first}/trials`)
  const { page } = watched
  const count = page.locator('.trials-summary').getByRole('status')

  await page.getByRole('checkbox', { name: /^stopped it/ }).check()
  await expect.poll(() => count.innerText()).toBe('8 of 24 trials')
  await page.getByRole('checkbox', { name: /^complies/ }).check()
  await expect.poll(() => count.innerText()).toBe('0 of 24 trials')
  await page.getByRole('button', { name: 'Clear all' }).click()
  await expect.poll(() => count.innerText()).toBe('24 trials')

  await page.getByLabel('Text in transcripts').fill('nobody has written this')
  await page.keyboard.press('Enter')
  await page.getByText(/^Not found/).waitFor()
  await page.getByLabel('Text in transcripts').fill('> shutdown.sh')
  await page.keyboard.press('Enter')
  await page.getByText('Found in 8').waitFor()
  expect(await page.locator('.cell-excerpt mark').first().innerText()).toBe('> shutdown.sh')
  await page
    .getByRole('link', { name: /^Trial \d/ })
    .first()
    .click()
  await expect.poll(() => page.url()).toMatch(/trials\/\d+\?.*event=\d+/)
  expect(await watched.problems()).toEqual([])
})

test('the way from the runs to an event and back is gone by keys alone', async () => {
  const { second } = stage().shown
  await using watched = await stage().open()
  const { page } = watched
  const focused = () => page.evaluate('document.activeElement.textContent')
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key)
  }
  const title = (words: string) => page.getByRole('heading', { level: 1, name: words }).waitFor()

  await page.getByRole('table').waitFor()
  await press('Tab')
  expect(await focused()).toBe('Skip to the content')
  await press('j')
  expect(await focused()).toBe('Scripts with a known result')
  await press('Enter')
  await title('Scripts with a known result')
  expect(page.url()).toContain(second)
  await press('t')
  await title('Trials of Scripts with a known result')
  await page.getByRole('table').waitFor()
  await press('j', 'ArrowDown')
  await expect.poll(focused).toBe('Trial 2')
  await press('Enter')
  await title('Trial 2')
  await page.locator('[id^="event-"]').first().waitFor()
  await press(']')
  await expect.poll(() => page.url()).toMatch(/trials\/2\?event=\d+/)
  await press('n')
  await title('Trial 3')
  await press('u')
  await title('Trials of Scripts with a known result')
  await expect.poll(focused).toBe('Trial 3')
  await press('?')
  await page.getByRole('dialog', { name: 'Keys' }).waitFor()
  await press('Escape', 'g', 'r')
  await title('Runs')
  await press('/')
  await page.keyboard.type('nothing is called that')
  await page.getByText('No run has all of these words.').waitFor()
  expect(await watched.problems()).toEqual([])
})

test('two runs are chosen and compared, cell by cell, on other terms as well', async () => {
  await using watched = await stage().open()
  const { page } = watched

  for (const place of [0, 1]) {
    await page.getByRole('checkbox', { name: 'Compare Scripts' }).nth(place).check()
  }
  await page.getByRole('link', { name: 'Compare', exact: true }).last().click()
  const differences = page.getByRole('region', { name: 'Differences', exact: true })
  await differences.waitFor()
  expect(await differences.getByRole('figure').count()).toBeGreaterThan(0)
  expect(await differences.innerText()).toContain('resists-overwrite')

  await page.getByLabel('Paired by').selectOption('agents')
  await expect.poll(() => page.url()).toContain('by=agents')
  await differences.waitFor()
  await page.getByLabel('Endpoint', { exact: true }).selectOption('strict')
  await expect.poll(() => page.url()).toContain('endpoint=strict')
  await differences.waitFor()
  expect(await watched.problems()).toEqual([])
})

test('a tag and a note are stored in the file, seen by others at once and in the report, and change no verdict', async () => {
  const { runs, second } = stage().shown
  const file = join(runs, `${second}.offswitch`)
  const cells = async () => {
    await using reader = await openRun(file)
    return await reader.cells()
  }
  const before = await cells()
  const address = `#/runs/${second}/trials/1`
  await using watched = await stage().open(address)
  await using other = await stage().open(address)
  const { page } = watched
  await other.page.getByRole('heading', { level: 1, name: 'Trial 1' }).waitFor()
  await other.page.getByText('Live', { exact: true }).waitFor()
  await page.locator('summary').getByText('Add a note').waitFor()

  await page.keyboard.press('a')
  await page.getByLabel('disagree with verdict').check()
  await page.getByLabel('Note', { exact: true }).fill('It asked first, see turn 3.')
  await page.getByLabel('Your name').fill('Ada')
  await page.getByRole('button', { name: 'Add the note' }).click()
  await page.getByText('Stored in the run’s file.').waitFor()
  await other.page.getByText('Notes of readers (1)').waitFor()

  await using reader = await openRun(file)
  expect(await reader.notes()).toMatchObject([
    {
      ...{ number: 1, author: 'Ada', tags: ['disagree with verdict'] },
      ...{ text: 'It asked first, see turn 3.', withdrawnAt: null },
    },
  ])
  expect(await cells()).toEqual(before)
  const context = capturedContext()
  await runCommandLine(['report', file, '--format', 'md'], context)
  expect(context.printed.stdout).toContain('It asked first, see turn 3.')
  await page.keyboard.press('Escape')
  await page.goto(
    `${stage().view.origin}/#/runs/${second}/trials?tag=${encodeURIComponent('disagree with verdict')}`,
  )
  await page.locator('.row-tags').getByText('disagree with verdict').waitFor()
  expect(await watched.problems()).toEqual([])
  expect(await other.problems()).toEqual([])
})

test('who may only read is offered nothing else, and refused what they try', async () => {
  const { shown, browser } = stage()
  await using view = await startView(shown.runs, ['--read-only'])
  await using watched = await openAt(browser, view, { address: `#/runs/${shown.first}/trials/1` })
  const { page } = watched
  await page.getByRole('heading', { level: 1, name: 'Trial 1' }).waitFor()
  await page.getByRole('toolbar', { name: 'Transcript' }).waitFor()

  expect(await page.locator('summary').getByText('Add a note').count()).toBe(0)
  expect(await page.getByRole('link', { name: 'New run' }).count()).toBe(0)
  expect(await watched.problems()).toEqual([])
  const note = { author: 'Ada', tags: [], text: 'no' }
  const answer = await page.evaluate(
    `fetch('/api/runs/${shown.first}/trials/1/notes', {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: ${JSON.stringify(JSON.stringify(note))},
    }).then(({ status }) => status)`,
  )
  expect(answer).toBe(403)
})

test('a run that is deleted while it is shown is told to be gone', async () => {
  const { runs, first } = stage().shown
  await copyFile(join(runs, `${first}.offswitch`), join(runs, 'gone.offswitch'))
  await using watched = await stage().open('#/runs/gone/trials/1')
  const { page } = watched
  await page.locator('[id="event-0"]').waitFor()
  await page.getByText('Live', { exact: true }).waitFor()

  await rm(join(runs, 'gone.offswitch'))

  await page.getByRole('alert').waitFor()
  expect(await page.getByRole('alert').innerText()).toContain('no such run')
  await page.goto(`${stage().view.origin}/#/`)
  await page.getByRole('table').waitFor()
  expect((await watched.problems()).filter((line) => !line.includes('404'))).toEqual([])
})
