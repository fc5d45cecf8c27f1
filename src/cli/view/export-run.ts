import { mkdir, writeFile } from 'node:fs/promises'
import { basename, join, sep } from 'node:path'
import type { SiteExchange } from '../../records/site.ts'
import type { TrialRecord } from '../../records/trial.ts'
import type { ViewedRun } from '../../records/view.ts'
import type { ViewSource } from '../../server/view-source.ts'
import type { RunReader } from '../../store/store.ts'
import { UsageError } from '../../support/errors.ts'
import type { CommandContext } from '../command-context.ts'
import { createPageWriter } from './page-writer.ts'
import { type ReadTrial, readTrial } from './read-viewed-trial.ts'
import { withShownRun } from './shown-run.ts'

/** What a site has of each run's report. */
const FORMATS = ['html', 'md', 'json', 'csv'] as const
const PAGE = 500

export interface RunExport {
  readonly source: ViewSource
  /** Folder of the runs. */
  readonly folder: string
  readonly name: string
  /** The site's folder of data. */
  readonly data: string
  readonly signal: AbortSignal
  say(line: string): void
}

/**
 * Writes the files of one run of a site.
 *
 * @returns bytes written; null for a run that is gone or cannot be read (any more), which is said
 */
export async function exportRun(
  context: CommandContext,
  options: RunExport,
): Promise<number | null> {
  const { source, name, data, say } = options
  const place = join(data, 'runs', name)
  await mkdir(place, { recursive: true })
  try {
    const run = await source.run(name)
    const index = await source.index(name, { after: 0 })
    if (run === null || index === null) return null
    let bytes = 0
    bytes += await write(join(place, 'run.json'), JSON.stringify(withoutPath(run)))
    bytes += await write(join(place, 'index.json'), JSON.stringify(index))
    for (const format of FORMATS) {
      const pieces = source.report(name, format)
      if (pieces === null) continue
      bytes += await writePieces(join(place, `report.${format}`), withoutFolder(pieces, options))
    }
    const written = await withShownRun({ ...options, clock: context.clock }, name, (reader) =>
      writeTrials(context, reader, { ...options, place }),
    )
    return written === null ? null : bytes + written
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    say(`Left out: ${error.message}`)
    return null
  }
}

/** Where a run stood on the machine that wrote the site is nobody's concern. */
function withoutPath({ report, notes, header, ...run }: ViewedRun): ViewedRun {
  return {
    ...run,
    header,
    report: { ...report, file: basename(report.file) },
    notes: { ...notes, runName: header.id },
  }
}

async function* withoutFolder(
  pieces: AsyncIterable<string>,
  { folder }: RunExport,
): AsyncGenerator<string> {
  for await (const piece of pieces) yield piece.replaceAll(join(folder, sep), '')
}

/** @returns bytes written */
async function writeTrials(
  { redact }: Pick<CommandContext, 'redact'>,
  reader: RunReader,
  { name, place, signal, say }: RunExport & { readonly place: string },
): Promise<number> {
  const trials = await createPageWriter(join(place, 'trials'))
  const exchanges = await createPageWriter(join(place, 'exchanges'))
  for (let after = 0, more = true; more; ) {
    const rows = await reader.rows({ after, limit: PAGE })
    for (const { number } of rows) {
      signal.throwIfAborted()
      const read = await readable(reader, number)
      if (read === null) continue
      await trials.add(number, read.viewed)
      for (const exchange of exchangesOf(read.record)) await exchanges.add(number, exchange)
    }
    after = rows.at(-1)?.number ?? after
    more = rows.length === PAGE
  }
  return (await trials.end()) + (await exchanges.end())

  async function readable(from: RunReader, number: number): Promise<ReadTrial | null> {
    try {
      return await readTrial(from, number, { name, redact })
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      say(`Left out: trial ${number} of ${name} (${error.message})`)
      return null
    }
  }
}

function exchangesOf({ spec, events }: TrialRecord): SiteExchange[] {
  return events.flatMap((event) => {
    if (event.type !== 'model-call') return []
    const { request, response } = event.call
    return [{ number: spec.number, seq: event.seq, request, response }]
  })
}

async function write(file: string, text: string): Promise<number> {
  await writeFile(file, text)
  return Buffer.byteLength(text)
}

async function writePieces(file: string, pieces: AsyncIterable<string>): Promise<number> {
  let bytes = 0
  await writeFile(file, counted())
  return bytes

  async function* counted(): AsyncGenerator<string> {
    for await (const piece of pieces) {
      bytes += Buffer.byteLength(piece)
      yield piece
    }
  }
}
