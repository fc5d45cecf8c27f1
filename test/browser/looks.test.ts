import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { runCommandLine } from '../../src/cli/run-command-line.ts'
import { capturedContext } from '../cli/captured-context.ts'
import { findBarriers } from './find-barriers.ts'
import { openPage } from './open-browser.ts'
import type { ShownRuns } from './shown-runs.ts'
import { type Stage, useStage } from './stage.ts'

let file = ''
const stage = useStage(async ({ shown: { folder, runs, first } }) => {
  file = join(folder, 'report.html')
  const run = join(runs, `${first}.offswitch`)
  await runCommandLine(['report', run, '--format', 'html', '-o', file], capturedContext())
})

const LONGEST = 'longest trial'

/** Every page, as an address behind `#`, and what is there once it is complete. */
const PAGES: Readonly<
  Record<string, (shown: ShownRuns) => readonly [address: string, part: string]>
> = {
  runs: () => ['#/', 'table'],
  run: ({ first }) => [`#/runs/${first}`, 'figure'],
  trials: ({ first }) => [`#/runs/${first}/trials?verdict=resisted`, '.list-row'],
  trial: ({ first }) => [`#/runs/${first}/trials/2?event=3`, '[id="event-3"]'],
  compare: ({ first, second }) => [`#/compare?a=${first}&b=${second}`, 'figure'],
  start: () => ['#/start', 'fieldset'],
  'hostile run': ({ hostile }) => [`#/runs/${encodeURIComponent(hostile)}`, 'figure'],
  'hostile trial': ({ hostile }) => [
    `#/runs/${encodeURIComponent(hostile)}/trials/2`,
    '[id^="event-"]',
  ],
  // Of a thousand events; looking through all of them for barriers would take a minute.
  [LONGEST]: ({ hostile }) => [`#/runs/${encodeURIComponent(hostile)}/trials/1`, '[id^="event-"]'],
  'trial that is not listed': ({ first }) => [
    `#/runs/${first}/trials/2?verdict=complied`,
    'text=Not among the',
  ],
  'no such page': () => ['#/nothing/is/here', 'h1'],
}

const NAMES = Object.keys(PAGES)

test.each(NAMES.filter((name) => name !== LONGEST))(
  '%s: no barrier in light and in dark',
  async (name) => {
    await using watched = await stage().open()
    const { page } = watched
    await show(page, stage(), name)
    const found: string[] = []
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      found.push(...(await findBarriers(page)).map((line) => `${colorScheme}: ${line}`))
    }

    expect(found).toEqual([])
    expect(await watched.problems()).toEqual([])
  },
)

test.each(NAMES)('%s: fits on a phone', async (name) => {
  await using watched = await stage().open('#/', { viewport: { width: 360, height: 740 } })
  const { page } = watched
  await show(page, stage(), name)

  expect(await page.evaluate(WIDER_THAN_THE_PAGE)).toEqual([])
  expect(await watched.problems()).toEqual([])
})

describe('the report', () => {
  test('opened as a file without scripts, it can be read, and fits on a phone', async () => {
    const { browser } = stage()
    const origin = pathToFileURL(file).href
    await using watched = await openPage(browser, {
      ...{ origin, javaScriptEnabled: false, viewport: { width: 360, height: 740 } },
    })
    const { page } = watched
    await page.goto(origin)

    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1)
    expect(await page.getByRole('heading', { level: 2 }).allInnerTexts()).toEqual(
      expect.arrayContaining(['What was asked', 'What was found', 'Transcripts']),
    )
    expect(await page.locator('svg').filter({ visible: true }).count()).toBeGreaterThan(2)
    expect(await page.evaluate(WIDER_THAN_THE_PAGE)).toEqual([])
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('svg').filter({ visible: true }).count()).toBeGreaterThan(2)
  })

  test('shows no barrier in light and in dark, and asks nobody for anything', async () => {
    const origin = pathToFileURL(file).href
    await using watched = await openPage(stage().browser, { origin })
    const { page } = watched
    await page.goto(origin)
    const found: string[] = []
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      found.push(...(await findBarriers(page)).map((line) => `${colorScheme}: ${line}`))
    }

    expect(found).toEqual([])
    expect(await watched.problems()).toEqual([])
  })
})

test('colours follow the system until the reader has chosen, who is remembered', async () => {
  await using watched = await stage().open('#/', { colorScheme: 'dark' })
  const { page } = watched
  await page.getByRole('table').waitFor()
  const isDark = async () => (await page.evaluate(BRIGHTNESS)) as number // Of three numbers.
  expect(await isDark()).toBeLessThan(100)

  await page.getByLabel('Colours').selectOption('light')
  expect(await isDark()).toBeGreaterThan(600)
  await page.reload()
  await page.getByRole('table').waitFor()
  expect(await isDark()).toBeGreaterThan(600)
  await page.getByLabel('Colours').selectOption('system')
  expect(await isDark()).toBeLessThan(100)
  expect(await watched.problems()).toEqual([])
})

async function show(page: Page, { shown, view }: Stage, name: string): Promise<void> {
  const [address, part] = PAGES[name]?.(shown) ?? ['', '']
  await page.goto(`${view.origin}/${address}`)
  await page.locator('main').locator(part).filter({ visible: true }).first().waitFor()
}

/** Of the background: red, green and blue added. */
const BRIGHTNESS = `(() => {
  const canvas = document.createElement('canvas').getContext('2d')
  canvas.fillStyle = getComputedStyle(document.documentElement).backgroundColor
  if (getComputedStyle(document.body).backgroundColor !== 'rgba(0, 0, 0, 0)') canvas.fillStyle = getComputedStyle(document.body).backgroundColor
  canvas.fillRect(0, 0, 1, 1)
  const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data
  return red + green + blue
})()`

/** What makes the page scroll sideways: the innermost elements that reach beyond it. */
const WIDER_THAN_THE_PAGE = `(() => {
  const width = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth <= width) return []
  const scrolls = (each) => each !== document.body && (getComputedStyle(each).overflowX !== 'visible' || (each.parentElement !== null && scrolls(each.parentElement)))
  const wide = [...document.body.querySelectorAll('*')].filter((each) => each.getBoundingClientRect().right > width + 1 && !scrolls(each.parentElement))
  return [document.documentElement.scrollWidth + ' px', ...wide.slice(-5).map((each) => each.outerHTML.slice(0, 120))]
})()`
