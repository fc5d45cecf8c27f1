import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { isPageBuilt } from '../../src/cli/view/web-folder.ts'
import { findBrowser, NO_BROWSER, openBrowser, openPage, type WatchedPage } from './open-browser.ts'
import { makeShownRuns, type ShownRuns } from './shown-runs.ts'
import { startView, type ViewProcess } from './view-process.ts'

/** What the tests of a file share: a folder of runs, the command that shows it, and a browser. */
export interface Stage {
  readonly shown: ShownRuns
  readonly view: ViewProcess
  readonly browser: Browser
  /** A reader of their own, with a browser that has never been here, at a page of the application (`#/…`). */
  open(address?: string, options?: Parameters<Browser['newContext']>[0]): Promise<WatchedPage>
}

/**
 * Sets the stage for the tests of a file; without a browser, they are skipped.
 *
 * @param prepare what they need besides
 * @returns the stage, once a test runs
 */
export function useStage(prepare: (stage: Stage) => Promise<void> = async () => {}): () => Stage {
  const executable = findBrowser()
  const resources = new AsyncDisposableStack()
  let stage: Stage | undefined
  beforeEach(({ skip }) => {
    skip(executable === null, NO_BROWSER)
    skip(!isPageBuilt(), 'the page is not built in this checkout')
  })
  beforeAll(async () => {
    if (executable === null || !isPageBuilt()) return
    const [shown, browser] = await Promise.all([makeShownRuns(), openBrowser(executable)])
    resources.use(shown)
    resources.use(browser)
    const view = resources.use(await startView(shown.runs))
    stage = {
      shown,
      view,
      browser,
      open: (address, options) => openAt(browser, view, { address, options }),
    }
    await prepare(stage)
  })
  afterAll(() => resources.disposeAsync())
  return () => {
    if (stage === undefined) throw new Error('The stage is set before the tests of a file')
    return stage
  }
}

/** Opens the link with the token, and then a page behind `#`. */
export async function openAt(
  browser: Browser,
  view: Pick<ViewProcess, 'link' | 'origin'>,
  {
    address = '#/',
    options = {},
  }: {
    readonly address?: string | undefined
    readonly options?: Parameters<Browser['newContext']>[0]
  },
): Promise<WatchedPage> {
  const watched = await openPage(browser, { ...options, origin: view.origin })
  await watched.page.goto(`${view.link}${address}`)
  return watched
}
