import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

/** Debian's own, or whatever of its kind is there. */
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** The browser that tests drive. Null: none is installed. */
export function findBrowser(): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const found = BROWSERS.flatMap((name) => folders.map((folder) => join(folder, name)))
  return found.find(isProgram) ?? null
}

export const NO_BROWSER = 'no browser is installed (apt-get install chromium)'

/** @param executablePath as {@link findBrowser} gives it */
export async function openBrowser(executablePath: string): Promise<Browser & AsyncDisposable> {
  return chromium.launch({
    executablePath,
    // Its own sandbox refuses to run as root, as containers on build servers do.
    chromiumSandbox: process.getuid?.() !== 0,
    args: ['--force-color-profile=srgb', '--disable-dev-shm-usage'],
  })
}

/** Nothing that is waited for takes that long, however busy the machine is; a test that waits in vain says for what. */
const CONDITION_MS = 20_000

/** A page that remembers all that must not happen in it. */
export interface WatchedPage extends AsyncDisposable {
  readonly page: Page
  /** Errors, dialogs, what the page's policy refused, and whatever was asked of another server; each in a line. */
  problems(): Promise<string[]>
}

export async function openPage(
  browser: Browser,
  options: BrowserContextOptions & {
    /** What may be asked of; everything else is a problem. */
    readonly origin: string
  },
): Promise<WatchedPage> {
  const { origin, ...rest } = options
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...rest })
  const problems: string[] = []
  await context.exposeFunction('offswitchRefused', (line: string) => problems.push(line))
  await context.addInitScript({ content: REMEMBER_REFUSALS })
  context.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(origin) && !url.startsWith('data:')) problems.push(`request: ${url}`)
  })
  context.on('page', (opened) => {
    opened.on('pageerror', (error) => problems.push(`error: ${error.message}`))
    opened.on('dialog', (dialog) => {
      problems.push(`dialog: ${dialog.message()}`)
      void dialog.dismiss()
    })
    opened.on('console', (message) => {
      if (message.type() === 'error') problems.push(`console: ${message.text()}`)
    })
    opened.on('download', (download) => problems.push(`download: ${download.url()}`))
  })
  const page = await context.newPage()
  page.setDefaultTimeout(CONDITION_MS)
  return {
    page,
    async problems() {
      // What was refused last is told by a promise.
      await page.evaluate('new Promise((resolve) => requestAnimationFrame(resolve))')
      return [...problems]
    },
    [Symbol.asyncDispose]: () => context.close(),
  }
}

// In the page's own words: this folder is checked without the names that only a browser has.
const REMEMBER_REFUSALS = `
  addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) => {
    offswitchRefused('policy: ' + violatedDirective + ' ' + blockedURI + ' ' + sample)
  })`

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false // It is not there.
  }
}
