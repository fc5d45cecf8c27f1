// Takes a picture of every page of `offswitch view` and of the report, light, dark and on a phone, into docs/screenshots, and writes
// docs/screenshots.md, which shows them: `node scripts/screenshots.ts [FOLDER]`. The folder is one that scripts/demo-runs.ts has made;
// without one it is made anew.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { findBrowser, NO_BROWSER, openBrowser } from '../test/browser/open-browser.ts'
import { startView } from '../test/browser/view-process.ts'
import { pictureRuns } from './screenshots/picture-runs.ts'
import { PICTURES, type Picture, type PictureRuns } from './screenshots/pictures.ts'
import { picturesPage } from './screenshots/pictures-page.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const COMMAND = join(ROOT, 'bin', 'offswitch.js')
const PLACE = join(ROOT, 'docs', 'screenshots')

/** In pixels. A page that is longer is cut: nobody looks at a picture of ten screens. */
const HEIGHT_MAX = 1_200
const LOOKS = {
  light: { colorScheme: 'light', viewport: { width: 1_280, height: HEIGHT_MAX } },
  dark: { colorScheme: 'dark', viewport: { width: 1_280, height: HEIGHT_MAX } },
  phone: { colorScheme: 'light', viewport: { width: 390, height: HEIGHT_MAX } },
} as const

const executable = findBrowser()
if (executable === null) throw new Error(NO_BROWSER)
const made = mkdtempSync(join(tmpdir(), 'offswitch-screenshots-'))
try {
  const [given] = process.argv.slice(2)
  const folder = given === undefined ? makeRuns(join(made, 'runs')) : resolve(given)
  mkdirSync(PLACE, { recursive: true })
  await using view = await startView(folder)
  await using browser = await openBrowser(executable)
  const runs = await pictureRuns(folder)
  const report = join(made, 'report.html')
  const asked = [
    'report',
    join(folder, `${runs.first}.offswitch`),
    '--format',
    'html',
    '-o',
    report,
  ]
  execFileSync(process.execPath, [COMMAND, ...asked], { stdio: 'inherit' })
  for (const [look, options] of Object.entries(LOOKS)) {
    await takePictures(browser, { look, options, runs, link: view.link, report })
  }
  writeFileSync(join(ROOT, 'docs', 'screenshots.md'), picturesPage(PICTURES))
} finally {
  rmSync(made, { recursive: true, force: true })
}

function makeRuns(folder: string): string {
  execFileSync(process.execPath, [join(ROOT, 'scripts', 'demo-runs.ts'), folder], {
    stdio: 'inherit',
  })
  return folder
}

async function takePictures(
  browser: Browser,
  {
    look,
    options,
    runs,
    link,
    report,
  }: {
    readonly look: string
    readonly options: (typeof LOOKS)[keyof typeof LOOKS]
    readonly runs: PictureRuns
    readonly link: string
    readonly report: string
  },
): Promise<void> {
  const context = await browser.newContext({ ...options, reducedMotion: 'reduce', locale: 'en-GB' })
  try {
    const page = await context.newPage()
    await page.goto(link)
    for (const picture of PICTURES) {
      const address = picture.address(runs)
      await page.goto('about:blank')
      await page.goto(
        address === null
          ? pathToFileURL(report).href
          : new URL(address, link).href.replace(/\?token=[^#]*/, ''),
      )
      await picture.ready?.(page)
      await takePicture(page, picture, look)
    }
  } finally {
    await context.close()
  }
}

async function takePicture(page: Page, picture: Picture, look: string): Promise<void> {
  await page.locator('h1').first().waitFor()
  await page.getByText(/^Loading/).waitFor({ state: 'hidden' })
  const [width, height] = (await page.evaluate(
    '[innerWidth, document.documentElement.scrollHeight]',
  )) as [number, number] // What was asked for.
  await page.screenshot({
    path: join(PLACE, `${picture.id}-${look}.png`),
    clip: { x: 0, y: 0, width, height: Math.min(height, HEIGHT_MAX) },
    animations: 'disabled',
  })
}
