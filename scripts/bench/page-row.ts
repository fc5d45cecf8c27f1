import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { runCommandLine } from '../../src/cli/run-command-line.ts'
import { gatherViewedRun } from '../../src/cli/view/gather-viewed-run.ts'
import { readViewedTrial } from '../../src/cli/view/read-viewed-trial.ts'
import { runFigures } from '../../src/reports/figures/run-figures.ts'
import { timelineMarkup } from '../../src/reports/html/timeline-markup.ts'
import { timelineOf } from '../../src/reports/timeline/timeline-of.ts'
import { openRun } from '../../src/store/sqlite-store.ts'
import { findBrowser, NO_BROWSER, openBrowser } from '../../test/browser/open-browser.ts'
import { startView } from '../../test/browser/view-process.ts'
import { capturedContext } from '../../test/cli/captured-context.ts'
import { writeLargeRun } from './large-run.ts'
import { clock, median, quantile, timed } from './measure.ts'

const ROUNDS = 5
const NAME = 'large'

/** Prints how long the page of a large run takes: what it is made of, and until it is seen in a browser. @param trials of the run */
export async function pageRow(trials: number): Promise<void> {
  await withLargeRun(trials, async (folder, file) => {
    await gatheringRows(file, trials)
    await transcriptRow(file, trials)
    const executable = findBrowser()
    if (executable === null) {
      process.stdout.write(`page in a browser: not measured, ${NO_BROWSER}\n`)
      return
    }
    await using view = await startView(folder)
    await using browser = await openBrowser(executable)
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    await page.goto(`${view.link}#/start`)
    await page.getByRole('button', { name: 'Check' }).waitFor()
    await firstViewRows(page, view.origin, trials)
    await listRows(page, trials)
  })
}

/** Prints how long the HTML report of a run takes, and its size. */
export async function htmlReportRow(trials: number): Promise<void> {
  await withLargeRun(trials, async (folder, file) => {
    const report = join(folder, 'report.html')
    const context = capturedContext()
    const tookMs = await timed(async () => {
      const code = await runCommandLine(['report', file, '--format', 'html', '-o', report], context)
      if (code !== 0) throw new Error(context.printed.stderr)
    })
    const { size } = statSync(report)
    say(`HTML report of ${trials} trials`, tookMs, 'at most 5000 ms')
    process.stdout.write(`  its size: ${(size / 1e6).toFixed(1)} MB (for information)\n`)
  })
}

async function withLargeRun(
  trials: number,
  work: (folder: string, file: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'offswitch-bench-'))
  try {
    const file = join(folder, `${NAME}.offswitch`)
    await writeLargeRun(file, { trials })
    await work(folder, file)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Each round with a reader of its own, as for the first reader of a page. */
async function gatheringRows(file: string, trials: number): Promise<void> {
  const rounds: number[] = []
  const drawing: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    await using reader = await openRun(file)
    const startedMs = clock.elapsedMs()
    const viewed = await gatherViewedRun(capturedContext(), reader, NAME)
    rounds.push(clock.elapsedMs() - startedMs)
    drawing.push(await timed(async () => runFigures(viewed)))
  }
  say(`table and matrix of ${trials} trials, read`, median(rounds), 'at most 300 ms')
  say('  their figures, drawn', median(drawing), 'for information')
}

async function transcriptRow(file: string, trials: number): Promise<void> {
  const rounds: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    await using reader = await openRun(file)
    const number = Math.ceil((trials * (round + 1)) / (ROUNDS + 1))
    const context = { name: NAME, redact: capturedContext().redact }
    rounds.push(
      await timed(async () => {
        const viewed = await readViewedTrial(reader, number, context)
        if (viewed === null) throw new Error(`There is no trial ${number}`)
        timelineMarkup(timelineOf(viewed.record), { wholeHint: '' }).toString()
      }),
    )
  }
  say('one transcript: read, as a time line, as HTML', median(rounds), 'at most 50 ms')
}

/** From following a link until the page stands there. The application itself has been loaded. */
async function firstViewRows(page: Page, origin: string, trials: number): Promise<void> {
  const until = async (address: string, part: string) =>
    timed(async () => {
      await page.evaluate(`location.hash = ${JSON.stringify(address)}`)
      await page.locator('main').locator(part).filter({ visible: true }).first().waitFor()
      await page.evaluate(FRAME)
    })
  const run = await until(`#/runs/${NAME}`, 'figure')
  await page.goto(`${origin}/#/start`)
  const list = await until(`#/runs/${NAME}/trials`, '.list-row a')
  say(`first view of a run of ${trials} trials`, run, 'at most 1000 ms')
  say(`first view of its list of trials`, list, 'at most 1000 ms')
}

async function listRows(page: Page, trials: number): Promise<void> {
  // What a page gives back was made there.
  const frames = (await page.evaluate(SCROLL)) as number[]
  const slow = frames.filter((ms) => ms > 50).length / frames.length
  say(`frame while ${trials} trials are scrolled, median`, median(frames), 'at most 17 ms')
  say('  95th percentile', quantile(frames, 0.95), 'at most 50 ms')
  process.stdout.write(`  frames above 50 ms: ${(slow * 100).toFixed(1)} % (for information)\n`)
  await page.evaluate('scrollTo(0, 0)')
  const filter = await timed(async () => {
    await page.getByRole('checkbox', { name: /^stopped it/ }).check()
    await page
      .locator('.trials-summary')
      .getByText(/ of .* trials/)
      .waitFor()
    await page.evaluate(FRAME)
  })
  say(`filter of ${trials} trials by verdict`, filter, 'at most 300 ms')
}

const FRAME = 'new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))'

/** Steps of a wheel, one a frame, and jumps through the whole list in between. @returns milliseconds between frames */
const SCROLL = `(async () => {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
  const frames = []
  let before = await frame()
  for (let step = 0; step < 240; step++) {
    if (step % 60 === 59) scrollTo(0, document.documentElement.scrollHeight * step / 240)
    else scrollBy(0, 120)
    const now = await frame()
    frames.push(now - before)
    before = now
  }
  return frames
})()`

function say(what: string, ms: number, wanted: string): void {
  process.stdout.write(`${what}: ${ms.toFixed(1)} ms (${wanted})\n`)
}
