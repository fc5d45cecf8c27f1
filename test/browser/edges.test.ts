import { copyFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { useStage } from './stage.ts'

const stage = useStage()

test('an address with things that are not there is answered in words, and widens no page', async () => {
  const { open, shown } = stage()
  const long = 'x'.repeat(300)
  await using watched = await open(`#/runs/${shown.first}/trials?verdict=resisted&arm=${long}`)
  const { page } = watched
  await page.getByText('No trial is like that').waitFor()
  const widths = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
  expect(await page.evaluate(widths)).toBe(0)
  await page.getByRole('button', { name: /^arm: x+.*take back/ }).click()
  await page.getByRole('table', { name: 'Trials' }).waitFor()

  await page.goto(`${stage().view.origin}/#/runs/${shown.first}/trials/1?event=99999`)
  await page.getByText('There is no event 99999 in this trial.').waitFor()
  await page.getByRole('button', { name: 'Copy link', exact: true }).waitFor()
  expect(await watched.problems()).toEqual([])
})

test('a heading that is read on from has the focus and no ring; a link that was reached by keys has one', async () => {
  const { open, shown } = stage()
  await using watched = await open()
  const { page } = watched
  await page.getByRole('table').waitFor()
  await page.goto(`${stage().view.origin}/#/runs/${shown.first}/trials`)
  await page.getByRole('table', { name: 'Trials' }).waitFor()
  const ring = () => page.evaluate('getComputedStyle(document.activeElement).outlineStyle')

  await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe('H1')
  expect(await ring()).toBe('none')
  await page.keyboard.press('Tab')
  expect(await ring()).toBe('solid')
})

test('Shift and a click on a link within a figure or a table open another window', async () => {
  const { open, shown } = stage()
  await using watched = await open(`#/runs/${shown.first}`)
  const { page } = watched
  const cell = page.locator('#part-cells td a').first()
  await cell.waitFor()
  const address = page.url()
  const [opened] = await Promise.all([
    page.context().waitForEvent('page'),
    cell.click({ modifiers: ['Shift'] }),
  ])

  await opened.waitForURL(/\/trials\?agent=/)
  expect(page.url()).toBe(address)
})

test('a run that is deleted while one of its trials is read: it is said, what was read stays, and the list leaves it out', async () => {
  const { open, shown } = stage()
  const file = join(shown.runs, 'deleted.offswitch')
  await copyFile(join(shown.runs, `${shown.first}.offswitch`), file)
  await using watched = await open('#/runs/deleted/trials/2')
  const main = watched.page.locator('main')
  await main.locator('.timeline').waitFor()

  await rm(file)
  await main.getByText('There is no such run here (any more)').waitFor()

  expect(await main.innerText()).toContain('What stands below was read earlier.')
  expect(await main.locator('.timeline').count()).toBe(1)
  await watched.page.goto(watched.page.url().replace(/#.*/, '#/'))
  await main.locator('table').waitFor()
  await expect.poll(() => main.locator('a[href$="/runs/deleted"]').count()).toBe(0)
})

test('marks that are stacked on a letter stay within the box of what was written with them', async () => {
  const { open, shown } = stage()
  const hostile = encodeURIComponent(shown.hostile)
  for (const [address, place] of [
    [`#/runs/${hostile}`, 'main .findings'],
    [`#/runs/${hostile}/trials/1`, 'main .timeline'],
  ] as const) {
    await using watched = await open(address)
    await watched.page.locator(place).first().waitFor()

    expect(await watched.page.evaluate(UNCONTAINED)).toEqual([])
  }
})

// In the page's own words: this folder is checked without the names that only a browser has.
const UNCONTAINED = `(() => {
  const texts = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT)
  const found = new Set()
  while (texts.nextNode()) {
    const { data, parentElement } = texts.currentNode
    if (!/\\p{M}{9}/u.test(data) || parentElement.closest('svg, select') !== null) continue
    let box = parentElement
    while (box.tagName !== 'MAIN' && getComputedStyle(box).overflowY === 'visible') box = box.parentElement
    if (box.tagName === 'MAIN') found.add(parentElement.parentElement.tagName + ' ' + parentElement.outerHTML.slice(0, 60))
  }
  return [...found]
})()`
