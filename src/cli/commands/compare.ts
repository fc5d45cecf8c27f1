import type { Command as CommanderCommand } from 'commander'
import { z } from 'zod'
import {
  ADJUSTMENTS,
  Adjustment,
  COMPARISON_TESTS,
  ComparisonTest,
} from '../../records/analysis.ts'
import { ENDPOINTS } from '../../records/endpoint.ts'
import { INTERVAL_METHODS, IntervalMethod } from '../../records/estimate.ts'
import { comparisonCsv } from '../../reports/comparison/comparison-csv.ts'
import {
  comparisonJson,
  comparisonMarkdownPage,
  comparisonText,
} from '../../reports/comparison/comparison-page.ts'
import { PAIRINGS } from '../../reports/comparison/pair-cells.ts'
import { openRun } from '../../store/sqlite-store.ts'
import { defineCommand } from '../command.ts'
import { gatherComparison } from '../compare/gather-comparison.ts'
import { EXIT } from '../exit-code.ts'
import { FORMATS, formatResult } from '../format-result.ts'
import { choice, decimal } from '../option-parsers.ts'
import { findRun } from '../run/find-run.ts'
import { RUNS_FOLDER } from '../run/run-name.ts'
import { writeOutput } from '../write-output.ts'

const Options = z.object({
  by: z.enum(PAIRINGS).optional(),
  reverse: z.boolean().optional(),
  endpoint: z.string().optional(),
  interval: IntervalMethod.optional(),
  level: z.number().optional(),
  adjust: Adjustment.optional(),
  test: ComparisonTest.optional(),
  exceeds: z.number().optional(),
  verify: z.boolean().optional(),
  format: z.enum(FORMATS),
  json: z.boolean().optional(),
  output: z.string().optional(),
  runs: z.string(),
})

/** Says by how much rates differ: between arms, agents or runs. */
export const compare = defineCommand({
  name: 'compare',
  summary: 'compare rates: arms or agents of one run, or a run with an earlier one',
  example: `compare latest
    compare k3x9f2 m8p4q1
    compare latest --by agents --endpoint tampered
    compare latest --by arms --reverse --exceeds 10
    compare latest --format md -o comparison.md`,
  declare: (command: CommanderCommand) => {
    command
      .argument('<runs...>', 'one run, or an earlier one and later ones: files, ids or `latest`')
      .option(
        '--by <what>',
        `what is paired: ${PAIRINGS.join(', ')} (default: runs where there are two, else as the study declares, else arms)`,
        choice('--by', PAIRINGS),
      )
      .option('--reverse', 'the other way round: the default, or the earlier run, against the rest')
      .option(
        '--endpoint <name>',
        `what the rate counts: ${ENDPOINTS.join(', ')}, or the study’s own`,
      )
      .option(
        '--interval <method>',
        `interval of each rate: ${INTERVAL_METHODS.join(', ')}`,
        choice('--interval', INTERVAL_METHODS),
      )
      .option(
        '--level <share>',
        'confidence level of intervals (default: the study’s)',
        decimal('--level', { low: 0, high: 1, open: true }),
      )
      .option(
        '--adjust <method>',
        `for several comparisons: ${ADJUSTMENTS.join(', ')} (default: holm)`,
        choice('--adjust', ADJUSTMENTS),
      )
      .option(
        '--test <name>',
        `${COMPARISON_TESTS.join(', ')} (default: fisher)`,
        choice('--test', COMPARISON_TESTS),
      )
      .option(
        '--exceeds <times>',
        'also test whether the first rate is more than so many times the second',
        decimal('--exceeds', { low: 0, high: 1_000_000, open: true }),
      )
      .option('-f, --format <name>', FORMATS.join(', '), choice('--format', FORMATS), 'text')
      .option('--json', 'short for --format json')
      .option('-o, --output <file>', 'write there instead of to standard output')
      .option('--verify', 'check every record of the runs, also of large ones')
      .option('--runs <dir>', 'folder to look in', RUNS_FOLDER)
  },
  run: async ({ args, options }, context) => {
    const parsed = Options.parse(options)
    await using open = new AsyncDisposableStack()
    const readers = []
    for (const name of args) {
      readers.push(open.use(await openRun(await findRun(name, parsed.runs), context)))
    }
    const gathered = await gatherComparison(context, readers, parsed)
    const to = { format: parsed.json === true ? 'json' : parsed.format, output: parsed.output }
    const piece = formatResult(context, to, {
      text: (page) => comparisonText(gathered, page),
      md: () => comparisonMarkdownPage(gathered),
      json: comparisonJson(gathered),
      csv: () => comparisonCsv(gathered.comparison),
    })
    await writeOutput(context, [piece], parsed.output)
    return EXIT.done
  },
})
