import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { runCommandLine } from '../../src/cli/run-command-line.ts'
import { capturedContext } from '../cli/captured-context.ts'
import { openPage } from './open-browser.ts'
import { servePlainly } from './plain-server.ts'
import { useStage } from './stage.ts'

let site = ''
const stage = useStage(async ({ shown: { folder, runs } }) => {
  site = join(folder, 'site')
  await type('view', runs, '--export', site)
})

test('a site of files, in a folder of any web host, is read, searched and compared like the served one', async () => {
  const { shown, browser } = stage()
  await using host = await servePlainly(site, '/some/where/')
  await using watched = await openPage(browser, { origin: host.origin })
  const { page } = watched

  await page.goto(host.address)
  await page.getByText('Exported', { exact: true }).waitFor()
  await page.getByRole('link', { name: 'Scripts with a known result' }).first().click()
  await page.getByRole('link', { name: 'Read the trials' }).click()
  await page.getByLabel('Text in transcripts').fill('> shutdown.sh')
  await page.keyboard.press('Enter')
  await page.getByText(/^Found in [68]$/).waitFor()
  await page
    .getByRole('link', { name: /^Trial \d/ })
    .first()
    .click()
  await expect.poll(() => page.url()).toMatch(/event=\d+/)
  await page.locator('[data-current]').waitFor()
  await page.goto(`${host.address}#/compare?a=${shown.first}&b=${shown.second}`)
  await page.getByRole('heading', { name: 'Differences', exact: true }).waitFor()

  expect(await page.getByRole('link', { name: 'New run' }).count()).toBe(0)
  expect(await watched.problems()).toEqual([])
})

test('what an agent wrote runs nowhere: not in the application', async () => {
  const { shown, view } = stage()
  await using watched = await stage().open()
  const seen = await walkHostile(watched.page, `${view.origin}/`, shown.hostile)

  expect(seen).toContain('globalThis.broken = true')
  expect(await watched.page.evaluate(BROKEN)).toBe(false)
  expect(await watched.problems()).toEqual([])
})

test('not in an exported site', async () => {
  const { shown, browser } = stage()
  await using host = await servePlainly(site, '/site/')
  await using watched = await openPage(browser, { origin: host.origin })
  const seen = await walkHostile(watched.page, host.address, shown.hostile)

  expect(seen).toContain('globalThis.broken = true')
  expect(await watched.page.evaluate(BROKEN)).toBe(false)
  expect(await watched.problems()).toEqual([])
})

test('and not in a report', async () => {
  const { shown, browser } = stage()
  const file = join(shown.folder, 'hostile.html')
  const run = join(shown.runs, `${shown.hostile}.offswitch`)
  await type('report', run, '--format', 'html', '--transcripts', 'all', '-o', file)
  const origin = pathToFileURL(file).href
  await using watched = await openPage(browser, { origin })
  const { page } = watched
  await page.goto(origin)
  await page.evaluate(UNFOLD)

  expect(await page.locator('body').innerText()).toContain('globalThis.broken = true')
  expect(await page.evaluate(BROKEN)).toBe(false)
  expect(await watched.problems()).toEqual([])
})

/** Every page of the hostile run, with all that is folded unfolded. @returns what can be read on the page of its worst trial */
async function walkHostile(page: Page, address: string, name: string): Promise<string> {
  const run = `${address}#/runs/${encodeURIComponent(name)}`
  const at = async (place: string, part: string) => {
    await page.goto(place)
    await page.locator('main').locator(part).filter({ visible: true }).first().waitFor()
    await page.evaluate(UNFOLD)
  }
  await at(`${address}#/`, 'table')
  await at(run, 'figure')
  await at(`${run}/trials`, '.list-row a')
  await page.getByLabel('Text in transcripts').fill('broken')
  await page.keyboard.press('Enter')
  await page.getByText(/^Found in/).waitFor()
  await at(`${address}#/compare?a=${encodeURIComponent(name)}`, 'label')
  await at(`${run}/trials/1`, '[id^="event-"]')
  const seen = await page.locator('main').innerText()
  await page.getByText('raw request and response').first().click()
  await page.getByRole('heading', { name: 'Request' }).waitFor()
  await page.keyboard.press('Escape')
  await page.keyboard.press('f')
  await page.getByLabel('Find in this transcript').fill('broken')
  await page
    .getByText(/found$/)
    .first()
    .waitFor()
  return seen
}

async function type(...argv: string[]): Promise<void> {
  const context = capturedContext()
  const code = await runCommandLine(argv, context)
  if (code !== 0) throw new Error(`offswitch ${argv.join(' ')}: ${context.printed.stderr}`)
}

const UNFOLD = `for (const each of document.querySelectorAll('details')) each.open = true`
const BROKEN = `'broken' in globalThis`
