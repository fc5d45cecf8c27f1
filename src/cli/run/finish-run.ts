import { createPaint } from '../../reports/create-paint.ts'
import { jsonText } from '../../reports/json-text.ts'
import { textReport } from '../../reports/text-report.ts'
import type { RunWriter } from '../../store/store.ts'
import { usdText } from '../../support/usd-text.ts'
import { type CommandContext, usesColour, widthOf } from '../command-context.ts'
import type { ExitCode } from '../exit-code.ts'
import type { ReadyStudy } from '../study/resolve-study.ts'
import { executeRun, type RunEnd } from './execute-run.ts'
import { gatherReport } from './gather-report.ts'
import { runName } from './run-name.ts'
import { sayHowItEnded } from './say-how-it-ended.ts'

/** Money this small is a rounding. */
const NOTHING_USD = 1e-6

/**
 * Runs what is missing of a run, prints its report, and says with what the process is to end.
 *
 * @param options.maxSandboxes the most trials at once that the user wants
 * @param options.maxCostUsd a cap that takes the place of the study's; null: there is none
 */
export async function finishRun(
  context: CommandContext,
  ready: ReadyStudy,
  options: {
    readonly writer: RunWriter
    readonly maxSandboxes: number | undefined
    readonly maxCostUsd: number | null | undefined
    readonly json: boolean
  },
): Promise<ExitCode> {
  const { stdout, stderr, environment } = context
  const { writer, maxCostUsd = ready.study.maxCostUsd } = options
  const outsideUsd = await writer.outsideUsd()
  if (maxCostUsd !== null && outsideUsd > NOTHING_USD) {
    stderr.write(
      `Up to ${usdText(outsideUsd)} USD went into trials that were begun and are not stored: they count as spent.\n`,
    )
  }
  const end = await runOrSayHowToResume(context, ready, { ...options, capUsd: maxCostUsd })
  const { report, notes } = await gatherReport(context, writer, { status: end.status })
  if (options.json) {
    stdout.write(`${jsonText(report)}\n`)
  } else {
    const paint = createPaint(usesColour(stdout, environment))
    stdout.write(textReport(report, notes, { width: widthOf(stdout), paint }))
  }
  return sayHowItEnded(context, end, { ready, report, runName: notes.runName, json: options.json })
}

/** Whatever ends a run, what is stored of it is whole and can be taken up. */
async function runOrSayHowToResume(
  context: CommandContext,
  ready: ReadyStudy,
  options: Parameters<typeof executeRun>[2],
): Promise<RunEnd> {
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
