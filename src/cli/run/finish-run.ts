import type { RunReport, RunStatus } from '../../records/run.ts'
import { jsonText } from '../../reports/json-text.ts'
import { createPaint } from '../../reports/paint.ts'
import { textReport } from '../../reports/text-report.ts'
import type { RunWriter } from '../../store/store.ts'
import { invalidAllowed } from '../../trials/invalid-allowed.ts'
import { type CommandContext, usesColour, widthOf } from '../command-context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import type { ReadyStudy } from '../study/resolve-study.ts'
import { executeRun } from './execute-run.ts'
import { gatherReport } from './gather-report.ts'
import { runName } from './run-name.ts'

/** Runs what is missing of a run, prints its report, and says with what the process is to end. */
export async function finishRun(
  context: CommandContext,
  ready: ReadyStudy,
  options: { readonly writer: RunWriter; readonly concurrency: number; readonly json: boolean },
): Promise<ExitCode> {
  const { stdout, stderr, environment, program } = context
  const status = await runOrSayHowToResume(context, ready, options)
  const { report, notes } = await gatherReport(context, options.writer, status)
  if (options.json) {
    stdout.write(`${jsonText(report)}\n`)
  } else {
    const paint = createPaint(usesColour(stdout, environment))
    stdout.write(textReport(report, notes, { width: widthOf(stdout), paint }))
  }
  if (status === 'interrupted') {
    // The text report ends with the same words, but not where they are looked for when it goes into a file.
    if (options.json || !stdout.isTerminal) {
      stderr.write(`Interrupted. To run the missing trials: ${program} resume ${notes.runName}\n`)
    }
    return EXIT.interrupted
  }
  if (status !== 'stopped' && !isInvalid(report, ready)) return EXIT.done
  tooManyInvalid(context, report, ready)
  if (status === 'stopped' && plannedLeft(report, ready) > 0) {
    stderr.write(
      `The run was stopped. When what failed is mended, run the missing trials: ${program} resume ${notes.runName}\n`,
    )
  }
  return EXIT.failed
}

/** Whatever ends a run, what is stored of it is whole and can be taken up. */
async function runOrSayHowToResume(
  context: CommandContext,
  ready: ReadyStudy,
  options: { readonly writer: RunWriter; readonly concurrency: number },
): Promise<RunStatus> {
  try {
    return await executeRun(context, ready, options)
  } catch (error) {
    const { header, file } = options.writer
    context.stderr.write(
      `The run has failed; what is stored of it is whole. To take it up: ${context.program} resume ${runName(header, file)}\n`,
    )
    throw error
  }
}

function isInvalid({ cells }: RunReport, { study, plan }: ReadyStudy): boolean {
  return invalidOf(cells) > invalidAllowed(study, plan)
}

function tooManyInvalid(
  { stderr }: CommandContext,
  { cells }: RunReport,
  { study, plan }: ReadyStudy,
): void {
  const { maxInvalid } = study
  const allowed =
    typeof maxInvalid === 'number'
      ? `${Number((maxInvalid * 100).toFixed(2))} %`
      : `${maxInvalid.trials}`
  stderr.write(
    `${invalidOf(cells)} of ${plan.size} trials are invalid, more than the ${allowed} allowed (--max-invalid).\n`,
  )
}

function plannedLeft({ cells }: RunReport, { plan }: ReadyStudy): number {
  return plan.size - cells.reduce((sum, { trials }) => sum + trials, 0)
}

function invalidOf(cells: RunReport['cells']): number {
  return cells.reduce((sum, { verdicts }) => sum + verdicts.invalid, 0)
}
