import type { Command as CommanderCommand } from 'commander'
import { z } from 'zod'
import { ENDPOINTS } from '../../records/endpoint.ts'
import { INTERVAL_METHODS, IntervalMethod } from '../../records/estimate.ts'
import type { Integrity } from '../../records/run.ts'
import { csvReport, csvTrials } from '../../reports/csv-report.ts'
import { markdownReport } from '../../reports/markdown-report.ts'
import { regressionCsv } from '../../reports/regression/regression-csv.ts'
import { regressionMarkdown } from '../../reports/regression/regression-markdown.ts'
import { regressionText } from '../../reports/regression/regression-text.ts'
import { textReport } from '../../reports/text-report.ts'
import { openRun } from '../../store/sqlite-store.ts'
import type { RunReader } from '../../store/store.ts'
import { UsageError } from '../../support/errors.ts'
import { defineCommand } from '../command.ts'
import type { CommandContext } from '../command-context.ts'
import { EXIT } from '../exit-code.ts'
import { FORMATS, formatResult } from '../format-result.ts'
import { choice, decimal } from '../option-parsers.ts'
import { checkIntegrity, warnOfIntegrity } from '../run/check-integrity.ts'
import { findRun } from '../run/find-run.ts'
import { gatherRegression } from '../run/gather-regression.ts'
import { gatherReport } from '../run/gather-report.ts'
import { RUNS_FOLDER } from '../run/run-name.ts'
import { writeOutput } from '../write-output.ts'

const Options = z.object({
  format: z.enum(FORMATS),
  output: z.string().optional(),
  trials: z.boolean().optional(),
  regression: z.boolean().optional(),
  endpoint: z.string().optional(),
  interval: IntervalMethod.optional(),
  level: z.number().optional(),
  verify: z.boolean().optional(),
  runs: z.string(),
})
type Options = z.infer<typeof Options>

/** Prints what a run came to. */
export const report = defineCommand({
  name: 'report',
  summary: 'print what a run came to, as text, Markdown, JSON or CSV',
  example: `report latest
    report k3x9f2 --format md -o report.md
    report latest --format csv --trials -o trials.csv
    report latest --endpoint strict
    report latest --regression`,
  declare: (command: CommanderCommand) => {
    command
      .argument('<run>', 'a run’s file, its id or the beginning of it, or `latest`')
      .option('-f, --format <name>', FORMATS.join(', '), choice('--format', FORMATS), 'text')
      .option('-o, --output <file>', 'write there instead of to standard output')
      .option('--trials', 'with csv: a row a trial instead of a row a cell')
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
      .option('--verify', 'check every record of the run, also of a large one')
      .option('--regression', 'odds ratios of agents and factors taken together')
      .option('--runs <dir>', 'folder to look in', RUNS_FOLDER)
  },
  run: async ({ args, options }, context) => {
    const parsed = Options.parse(options)
    if (parsed.trials === true && parsed.format !== 'csv') {
      throw new UsageError(`Cannot use --trials with format ${parsed.format}: it is for csv`)
    }
    if (parsed.trials === true && parsed.regression === true) {
      throw new UsageError('Cannot use --trials with --regression: one is of trials, one of cells')
    }
    const analysis = ['endpoint', 'interval', 'level'] as const
    const unused = analysis.find(
      (name) =>
        parsed[name] !== undefined &&
        (parsed.trials === true || (parsed.regression === true && name === 'interval')),
    )
    if (unused !== undefined) {
      const other = parsed.trials === true ? '--trials' : '--regression'
      throw new UsageError(`Cannot use --${unused} with ${other}: it changes nothing there`)
    }
    await using reader = await openRun(await findRun(args[0] ?? '', parsed.runs), context)
    const integrity = await checkIntegrity(reader, { always: parsed.verify === true })
    // Rows of numbers, and what a regression makes of them, have no place of their own for it.
    if (parsed.format === 'csv' || parsed.regression === true) {
      warnOfIntegrity(context, integrity)
    }
    const pieces = piecesOf(context, reader, { ...parsed, integrity })
    await writeOutput(context, pieces, parsed.output)
    return EXIT.done
  },
})

async function* piecesOf(
  context: CommandContext,
  reader: RunReader,
  options: Options & { readonly integrity: Integrity },
): AsyncGenerator<string> {
  if (options.trials === true) {
    const factors = Object.keys(reader.header.study.cells[0]?.arm ?? {})
    yield* csvTrials(reader.header.id, factors, reader.summaries())
    return
  }
  if (options.regression === true) {
    const { endpoint, level } = options
    const result = await gatherRegression(context, reader, { endpoint, level })
    yield formatResult(context, options, {
      text: (page) => regressionText(result, page),
      md: () => regressionMarkdown(result),
      json: result,
      csv: () => regressionCsv(result),
    })
    return
  }
  const { integrity } = options
  const { report: gathered, notes } = context.redact(
    await gatherReport(context, reader, { analysis: options, integrity }),
  )
  yield formatResult(context, options, {
    text: (page) => textReport(gathered, notes, page),
    md: () => markdownReport(gathered, notes),
    json: gathered,
    csv: () => csvReport(gathered),
  })
}
