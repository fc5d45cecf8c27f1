import { rename, rm, writeFile } from 'node:fs/promises'
import type { Command as CommanderCommand } from 'commander'
import { z } from 'zod'
import { csvReport, csvTrials } from '../../reports/csv-report.ts'
import { jsonText } from '../../reports/json-text.ts'
import { markdownReport } from '../../reports/markdown-report.ts'
import { createPaint } from '../../reports/paint.ts'
import { textReport } from '../../reports/text-report.ts'
import { openRun } from '../../store/sqlite-store.ts'
import type { RunReader } from '../../store/store.ts'
import { printable } from '../../support/choices.ts'
import { UsageError } from '../../support/errors.ts'
import { defineCommand } from '../command.ts'
import { type CommandContext, usesColour, widthOf } from '../command-context.ts'
import { EXIT } from '../exit-code.ts'
import { choice } from '../option-parsers.ts'
import { findRun } from '../run/find-run.ts'
import { type GatheredReport, gatherReport } from '../run/gather-report.ts'
import { RUNS_FOLDER } from '../run/run-name.ts'

const FORMATS = ['text', 'md', 'json', 'csv'] as const

const Options = z.object({
  format: z.enum(FORMATS),
  output: z.string().optional(),
  trials: z.boolean().optional(),
  runs: z.string(),
})
type Options = z.infer<typeof Options>

/** Prints what a run came to. */
export const report = defineCommand({
  name: 'report',
  summary: 'print what a run came to, as text, Markdown, JSON or CSV',
  example: `report latest
    report k3x9f2 --format md -o report.md
    report latest --format csv --trials -o trials.csv`,
  declare: (command: CommanderCommand) => {
    command
      .argument('<run>', 'a run’s file, its id or the beginning of it, or `latest`')
      .option('-f, --format <name>', FORMATS.join(', '), choice('--format', FORMATS), 'text')
      .option('-o, --output <file>', 'write there instead of to standard output')
      .option('--trials', 'with csv: a row a trial instead of a row a cell')
      .option('--runs <dir>', 'folder to look in', RUNS_FOLDER)
  },
  run: async ({ args, options }, context) => {
    const parsed = Options.parse(options)
    if (parsed.trials === true && parsed.format !== 'csv') {
      throw new UsageError(`Cannot use --trials with format ${parsed.format}: it is for csv`)
    }
    await using reader = await openRun(await findRun(args[0] ?? '', parsed.runs), context)
    const pieces = piecesOf(context, reader, parsed)
    if (parsed.output === undefined) {
      for await (const piece of pieces) context.stdout.write(piece)
    } else {
      await writeWhole(parsed.output, redacted(context, pieces))
    }
    return EXIT.done
  },
})

/** As what goes to standard output is. */
async function* redacted(
  { redact }: Pick<CommandContext, 'redact'>,
  pieces: AsyncIterable<string>,
): AsyncGenerator<string> {
  for await (const piece of pieces) yield redact(piece)
}

async function* piecesOf(
  context: CommandContext,
  reader: RunReader,
  options: Options,
): AsyncGenerator<string> {
  if (options.trials === true) {
    const factors = Object.keys(reader.header.study.cells[0]?.arm ?? {})
    yield* csvTrials(reader.header.id, factors, reader.summaries())
    return
  }
  yield formatted(context, context.redact(await gatherReport(context, reader)), options)
}

function formatted(
  { stdout, environment }: CommandContext,
  { report: gathered, notes }: GatheredReport,
  { format, output }: Options,
): string {
  switch (format) {
    case 'text': {
      const toTerminal = output === undefined
      const paint = createPaint(toTerminal && usesColour(stdout, environment))
      return textReport(gathered, notes, { width: toTerminal ? widthOf(stdout) : 80, paint })
    }
    case 'md':
      return markdownReport(gathered, notes)
    case 'json':
      return `${jsonText(gathered)}\n`
    case 'csv':
      return csvReport(gathered)
    default:
      return format satisfies never
  }
}

/** Beside the file first, so that it is there whole or as it was. */
async function writeWhole(file: string, pieces: AsyncIterable<string>): Promise<void> {
  const draft = `${file}.${process.pid}.new`
  try {
    await writeFile(draft, pieces)
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true })
    if (!(error instanceof Error) || !('code' in error)) throw error
    const reason = REASONS[String(error.code)] ?? printable(error.message)
    throw new UsageError(`Cannot write report "${printable(file)}": ${reason}`, { cause: error })
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'no permission to write there',
  EISDIR: 'it is a folder',
  ENOENT: 'its folder does not exist',
  ENOSPC: 'no space left on its disk',
  ENOTDIR: 'part of its path is not a folder',
  EPERM: 'no permission to write there',
  EROFS: 'its disk is read-only',
}
