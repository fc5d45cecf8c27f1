import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { SiteComparison } from '../../records/site.ts'
import type { RunListing, ViewedComparison } from '../../records/view.ts'
import { plural } from '../../reports/report-page.ts'
import type { ViewSource } from '../../server/view-source.ts'
import { UsageError } from '../../support/errors.ts'
import type { CommandContext } from '../command-context.ts'
import { exportRun } from './export-run.ts'
import { siteComparisons } from './site-comparisons.ts'
import { openSiteFolder, SITE_MARK, siteProblem } from './site-folder.ts'
import { staticPage } from './static-page.ts'

/** What a site that was written comes to. */
export interface ExportedSite {
  readonly runs: number
  readonly trials: number
  /** Of its data, without the application. */
  readonly bytes: number
}

/** A site is being written. */
export interface SiteExport {
  readonly source: ViewSource
  /** Folder of the runs. */
  readonly folder: string
  /** The built application. */
  readonly web: string
  /** Where the site is to stand. */
  readonly site: string
  readonly force: boolean
  /** Aborting leaves the place as it was. */
  readonly signal: AbortSignal
  /** Told how far it has come, and what could not be written. */
  say(line: string): void
}

/**
 * Writes the runs of a folder as a site of plain files, which any file server can hand out. It is there whole or not at all; a site
 * of ours that was there before is replaced.
 *
 * @throws UsageError for a folder that holds other things or cannot be written; HarnessError when the disk fails
 */
export async function exportSite(
  context: CommandContext,
  options: SiteExport,
): Promise<ExportedSite> {
  const { source, site } = options
  // Before anything is written: a folder that cannot be read is no site without runs.
  const listing = await source.runs()
  using target = openSiteFolder(site, options)
  try {
    const exported = await writeSite(context, { ...options, site: target.draft }, listing)
    options.signal.throwIfAborted()
    target.publish()
    return exported
  } catch (error) {
    throw siteProblem(site, error)
  }
}

async function writeSite(
  context: CommandContext,
  options: SiteExport,
  listing: RunListing,
): Promise<ExportedSite> {
  const { web, site, folder, signal, say } = options
  await cp(web, site, { recursive: true })
  const page = await readFile(join(web, 'index.html'), 'utf8')
  await writeFile(join(site, 'index.html'), staticPage(page))
  const data = join(site, 'data')
  await mkdir(data)

  for (const { file, problem } of listing.problems) say(`Left out: ${file} (${problem})`)
  let bytes = 0
  const runs: RunListing['runs'] = []
  for (const [place, run] of listing.runs.entries()) {
    signal.throwIfAborted()
    say(
      `Run ${place + 1} of ${listing.runs.length}: ${run.name} (${run.trials} ${plural(run.trials, 'trial')})`,
    )
    const written = await exportRun(context, { ...options, name: run.name, data })
    if (written === null) continue
    runs.push(run)
    bytes += written
  }
  bytes += await writeJson(join(data, 'compare.json'), await comparisonsOf(options, runs))
  bytes += await writeJson(join(data, 'runs.json'), {
    ...listing,
    runs,
    // Where it stood on the machine that wrote the site is nobody's concern.
    folder: basename(resolve(folder)),
    may: { annotate: false, control: false, search: true },
  } satisfies RunListing)
  const { version, clock } = context
  await writeJson(join(site, SITE_MARK), {
    offswitch: version,
    writtenAt: clock.now().toISOString(),
  })
  const trials = runs.reduce((sum, run) => sum + run.trials, 0)
  return { runs: runs.length, trials, bytes }
}

/** @returns bytes written */
async function writeJson(file: string, value: unknown): Promise<number> {
  const text = JSON.stringify(value)
  await writeFile(file, text)
  return Buffer.byteLength(text)
}

async function comparisonsOf(
  { source, signal, say }: Pick<SiteExport, 'source' | 'signal' | 'say'>,
  runs: RunListing['runs'],
): Promise<SiteComparison[]> {
  const written: SiteComparison[] = []
  const wanted = siteComparisons(runs)
  say(`Comparisons: ${wanted.length}`)
  for (const { a, b } of wanted) {
    signal.throwIfAborted()
    const comparison = await comparisonOf(source, b === null ? [a] : [a, b])
    if (comparison !== null) written.push({ a, b, terms: {}, comparison })
  }
  return written
}

/** Null where there is nothing to compare. */
async function comparisonOf(
  source: ViewSource,
  names: readonly string[],
): Promise<ViewedComparison | null> {
  try {
    return await source.compare(names, {})
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    return null
  }
}
