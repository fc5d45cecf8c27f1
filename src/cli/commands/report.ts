import type { Command as CommanderCommand } from 'commander'
import { z } from 'zod'
import { ENDPOINTS } from '../../records/endpoint.ts'
import { INTERVAL_METHODS, IntervalMethod } from '../../records/estimate.ts'
import { TRANSCRIPT_CHOICES } from '../../reports/choose-transcripts.ts'
import { csvTrials } from '../../reports/csv-report.ts'
import { regressionCsv } from '../../reports/regression/regression-csv.ts'
import { regressionMarkdown } from '../../reports/regression/regression-markdown.ts'
import { regressionText } from '../../reports/regression/regression-text.ts'
import { openRun } from '../../store/sqlite-store.ts'
import type { RunReader } from '../../store/store.ts'
import { UsageError } from '../../support/errors.ts'
import { defineCommand } from '../command.ts'
import type { CommandContext } from '../command-context.ts'
import { EXIT } from '../exit-code.ts'
import { type Format, formatResult } from '../format-result.ts'
import { choice, decimal } from '../option-parsers.ts'
import { HTML_REPORT_DEFAULTS, htmlReport } from '../report/html-report.ts'
import { reportRuns } from '../report/report-runs.ts'
import { checkIntegrity, warnOfIntegrity } from '../run/check-integrity.ts'
import { findRun } from '../run/find-run.ts'
import { gatherRegression } from '../run/gather-regression.ts'
import { RUNS_FOLDER } from '../run/run-name.ts'
import { writeOutput } from '../write-output.ts'

const FORMATS = ['text', 'md', 'html', 'json', 'csv'] as const

const Options = z.object({
  format: z.enum(FORMATS),
  output: z.string().optional(),
  trials: z.boolean().optional(),
  transcripts: z.enum(TRANSCRIPT_CHOICES).optional(),
  maxSize: z.number().optional(),
  regression: z.boolean().optional(),
  endpoint: z.string().optional(),
  interval: IntervalMethod.optional(),
  level: z.number().optional(),
  verify: z.boolean().optional(),
  runs: z.string(),
})
type Options = z.infer<typeof Options>

/** Prints what runs came to. */
export const report = defineCommand({
  name: 'report',
  summary: 'print what a run came to, as text, Markdown, a page, JSON or CSV',
  example: `report latest
    report latest --format html -o report.html
    report k3x9f2 m8p4q1 --format html --transcripts all --max-size 50 -o runs.html
    report k3x9f2 --format md -o report.md
    report latest --format csv --trials -o trials.csv
    report latest --endpoint strict
    report latest --regression`,
  declare: (command: CommanderCommand) => {
    command
      .argument('<runs...>', 'runs: files, ids or the beginning of them, or `latest`')
      .option('-f, --format <name>', FORMATS.join(', '), choice('--format', FORMATS), 'text')
      .option('-o, --output <file>', 'write there instead of to standard output')
      .option('--trials', 'with csv: a row a trial instead of a row a cell')
      .option(
        '--transcripts <which>',
        `with html: ${TRANSCRIPT_CHOICES.join(', ')} (default: ${HTML_REPORT_DEFAULTS.transcripts}, by a rule that the page states)`,
        choice('--transcripts', TRANSCRIPT_CHOICES),
      )
      .option(
        '--max-size <MB>',
        `with html: megabytes that transcripts may take (default: ${HTML_REPORT_DEFAULTS.sizeMax / MEGABYTE})`,
        decimal('--max-size', { low: 0, high: 100_000, open: true }),
      )
      .option(
        '--endpoint <name>',
        `what rates count, if not as declared: ${ENDPOINTS.join(', ')}, or the study’s own`,
      )
      .option(
        '--interval <method>',
        `interval of rates, if not as declared: ${INTERVAL_METHODS.join(', ')}`,
        choice('--interval', INTERVAL_METHODS),
      )
      .option(
        '--level <share>',
        'confidence level of intervals, if not as declared',
        decimal('--level', { low: 0, high: 1, open: true }),
      )
      .option('--verify', 'check every record of the runs, also of large ones')
      .option('--regression', 'odds ratios of agents and factors taken together')
      .option('--runs <dir>', 'folder to look in', RUNS_FOLDER)
  },
  run: async ({ args, options }, context) => {
    const parsed = Options.parse(options)
    refuseUseless(parsed, args.length)
    if (parsed.format === 'html' && parsed.output === undefined && context.stdout.isTerminal) {
      throw new UsageError('Cannot print a page on a terminal: say where to write it', {
        hint: `${context.program} report ${args.join(' ')} --format html -o report.html`,
      })
    }
    await using open = new AsyncDisposableStack()
    const readers: RunReader[] = []
    for (const name of args) {
      readers.push(open.use(await openRun(await findRun(name, parsed.runs), context)))
    }
    refuseTwice(readers)
    await writeOutput(context, piecesOf(context, readers, parsed), parsed.output)
    return EXIT.done
  },
})

const MEGABYTE = 1_000_000

/** @throws UsageError for options that would change nothing */
function refuseUseless(options: Options, runs: number): void {
  const { format, trials, regression } = options
  if (trials === true && format !== 'csv') {
    throw new UsageError(`Cannot use --trials with format ${format}: it is for csv`)
  }
  if (trials === true && regression === true) {
    throw new UsageError('Cannot use --trials with --regression: one is of trials, one of cells')
  }
  if (regression === true && format === 'html') {
    throw new UsageError('Cannot use --regression with format html: it is for text, md, json, csv')
  }
  if (regression === true && runs > 1) {
    throw new UsageError(`Cannot use --regression with ${runs} runs: it is of one`)
  }
  for (const [flag, value] of [
    ['--transcripts', options.transcripts],
    ['--max-size', options.maxSize],
  ] as const) {
    if (value !== undefined && format !== 'html') {
      throw new UsageError(`Cannot use ${flag} with format ${format}: it is for html`)
    }
  }
  const analysis = ['endpoint', 'interval', 'level'] as const
  const unused = analysis.find(
    (name) =>
      options[name] !== undefined &&
      (trials === true || (regression === true && name === 'interval')),
  )
  if (unused !== undefined) {
    const other = trials === true ? '--trials' : '--regression'
    throw new UsageError(`Cannot use --${unused} with ${other}: it changes nothing there`)
  }
}

/** A run and its copy, too: both hold the same trials. */
function refuseTwice(readers: readonly RunReader[]): void {
  const ids = readers.map(({ header }) => header.id)
  const again = ids.find((id, place) => ids.indexOf(id) < place)
  if (again === undefined) return
  throw new UsageError(`Cannot report run ${again} twice: name each run once`)
}

function piecesOf(
  context: CommandContext,
  readers: readonly RunReader[],
  options: Options,
): AsyncIterable<string> {
  const { format, output, endpoint, interval, level, regression, maxSize } = options
  const { transcripts = HTML_REPORT_DEFAULTS.transcripts } = options
  const analysis = { endpoint, interval, level }
  const verify = options.verify === true
  if (options.trials === true) return trialPieces(context, readers, verify)
  if (format === 'html') {
    const sizeMax = maxSize === undefined ? HTML_REPORT_DEFAULTS.sizeMax : maxSize * MEGABYTE
    return htmlReport(context, readers, { transcripts, sizeMax, analysis, verify })
  }
  const to = { format, output, analysis, verify }
  return regression === true
    ? regressionPieces(context, readers, to)
    : onePiece(() => reportRuns(context, readers, to))
}

async function* onePiece(make: () => Promise<string>): AsyncGenerator<string> {
  yield await make()
}

async function* trialPieces(
  context: CommandContext,
  readers: readonly RunReader[],
  verify: boolean,
): AsyncGenerator<string> {
  for (const reader of readers) {
    warnOfIntegrity(context, await checkIntegrity(reader, { always: verify }))
  }
  const factors = readers.flatMap(({ header }) => Object.keys(header.study.cells[0]?.arm ?? {}))
  const runs = []
  for (const reader of readers) {
    runs.push({
      run: reader.header.id,
      trials: reader.summaries(),
      notes: await reader.notes(),
    })
  }
  yield* csvTrials(runs, [...new Set(factors)])
}

async function* regressionPieces(
  context: CommandContext,
  readers: readonly RunReader[],
  {
    analysis: { endpoint, level },
    verify,
    ...to
  }: {
    readonly format: Format
    readonly output: string | undefined
    readonly analysis: {
      readonly endpoint?: string | undefined
      readonly level?: number | undefined
    }
    readonly verify: boolean
  },
): AsyncGenerator<string> {
  for (const reader of readers) {
    warnOfIntegrity(context, await checkIntegrity(reader, { always: verify }))
    const result = await gatherRegression(context, reader, { endpoint, level })
    yield formatResult(context, to, {
      text: (page) => regressionText(result, page),
      md: () => regressionMarkdown(result),
      json: result,
      csv: () => regressionCsv(result),
    })
  }
}
