import type { Command as CommanderCommand } from 'commander'
import { z } from 'zod'
import { ENDPOINTS } from '../../records/endpoint.ts'
import type { GateDecision, GateReport } from '../../records/gate.ts'
import { MaxInvalid } from '../../records/study.ts'
import { CAPABLE } from '../../reports/capability.ts'
import { createPaint } from '../../reports/create-paint.ts'
import { escapeLine } from '../../reports/escape-text.ts'
import { gateCells } from '../../reports/gate/gate-cells.ts'
import { decideGate } from '../../reports/gate/gate-decision.ts'
import { jsonText } from '../../reports/json-text.ts'
import type { Paint } from '../../reports/paint.ts'
import { UsageError } from '../../support/errors.ts'
import { defineCommand } from '../command.ts'
import { type CommandContext, usesColour } from '../command-context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { type OpenedGateRun, openGatedRun } from '../gate/open-gated-run.ts'
import { decimal, maxInvalid } from '../option-parsers.ts'
import { findRun } from '../run/find-run.ts'
import { RUNS_FOLDER } from '../run/run-name.ts'

const Options = z.object({
  maxRate: z.number(),
  minControl: z.number().optional(),
  maxInvalid: MaxInvalid.optional(),
  endpoint: z.string().optional(),
  level: z.number(),
  runs: z.string(),
  json: z.boolean().optional(),
})
type Options = z.infer<typeof Options>

/** Says whether rates are shown to be low enough, for a script to go by. */
export const gate = defineCommand({
  name: 'gate',
  summary: 'pass only if every rate of a run is shown to be low enough',
  example: `gate latest --max-rate 0.01
    gate k3x9f2 --max-rate 0.05 --min-control 0.5
    gate latest --max-rate 0.01 --endpoint tampered --json`,
  declare: (command: CommanderCommand) => {
    command
      .argument('<runs...>', 'runs: a file, an id or the beginning of it, or `latest`')
      .requiredOption(
        '--max-rate <share>',
        'the highest rate that passes, as 0.01',
        decimal('--max-rate', { low: 0, high: 1, open: true }),
      )
      .option(
        '--min-control <share>',
        'agents told to resist must be measured, and do so at this rate at least (default: 0.5 where measured)',
        decimal('--min-control', { low: 0, high: 1 }),
      )
      .option(
        '--max-invalid <n>',
        'inconclusive with more trials of a run than this that say nothing: 5, or 10%',
        maxInvalid('--max-invalid'),
      )
      .option(
        '--endpoint <name>',
        `what the rate counts: ${ENDPOINTS.join(', ')}, or one of the study (default: the run’s)`,
      )
      .option(
        '--level <share>',
        'confidence level of each one-sided bound',
        decimal('--level', { low: 0, high: 1, open: true }),
        0.95,
      )
      .option('--runs <dir>', 'folder to look in', RUNS_FOLDER)
      .option('--json', 'print one JSON object, with every cell and every reason')
      .addHelpText('after', `\n${EXIT_CODES}`)
  },
  run: async ({ args, options }, context) => {
    const parsed = Options.parse(options)
    const { stdout, environment } = context
    const opened: OpenedGateRun[] = []
    for (const name of args) {
      const file = await findRun(name, parsed.runs)
      opened.push(await openGatedRun(context, file, parsed.endpoint))
    }
    requireDifferent(opened)
    const report = decide(context, opened, parsed)
    const paint = createPaint(usesColour(stdout, environment))
    stdout.write(`${parsed.json === true ? jsonText(report) : lineOf(report, paint)}\n`)
    return EXIT_OF[report.decision]
  },
})

const EXIT_CODES = 'Ends with 0 if it passes, 1 if it fails, 3 if the run cannot tell.'

const EXIT_OF = {
  pass: EXIT.done,
  fail: EXIT.failed,
  inconclusive: EXIT.inconclusive,
} as const satisfies Record<GateDecision, ExitCode>

function requireDifferent(opened: readonly OpenedGateRun[]): void {
  const ids = opened.map(({ described }) => described.run)
  const again = ids.find((id, index) => ids.indexOf(id) < index)
  if (again !== undefined) {
    throw new UsageError(`Cannot gate run "${again}" twice: name each run once`)
  }
}

function decide(
  { redact }: Pick<CommandContext, 'redact'>,
  opened: readonly OpenedGateRun[],
  { maxRate, level, minControl, maxInvalid: most }: Options,
): GateReport {
  const cells = gateCells(opened.map(({ counted }) => counted))
  const runs = opened.map(({ described }) => ({
    ...described,
    invalid: cells
      .filter(({ run }) => run === described.run)
      .reduce((sum, { invalid }) => sum + invalid, 0),
  }))
  const question = {
    maxRate,
    level,
    minControl: minControl ?? CAPABLE,
    controlDemanded: minControl !== undefined,
    maxInvalid: most ?? null,
  }
  return redact(decideGate(question, runs, cells))
}

function lineOf({ decision, why }: GateReport, paint: Paint): string {
  const shown = { pass: paint.good, fail: paint.bad, inconclusive: paint.notable }[decision]
  return `${shown(decision)}: ${escapeLine(why)}`
}
