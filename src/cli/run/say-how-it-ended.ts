import type { RunReport } from '../../records/run.ts'
import { escapeLine } from '../../reports/escape-text.ts'
import { usdText } from '../../support/usd-text.ts'
import { invalidAllowed } from '../../trials/invalid-allowed.ts'
import type { CommandContext } from '../command-context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import type { ReadyStudy } from '../study/resolve-study.ts'
import type { RunEnd } from './execute-run.ts'

interface Ended {
  readonly ready: ReadyStudy
  readonly report: RunReport
  readonly runName: string
  readonly json: boolean
}

/** Says on standard error why a run is not what it was to be, if it is not, and with what the process is to end. */
export function sayHowItEnded(
  context: CommandContext,
  { status, stop, money }: RunEnd,
  ended: Ended,
): ExitCode {
  const { stdout, stderr } = context
  const resume = `${context.program} resume ${ended.runName}`
  if (money.overUsd > 0) {
    stderr.write(
      `Trials cost ${usdText(money.overUsd)} USD more than the most that they were expected to: a price or a bound of tokens is wrong.\n`,
    )
  }
  if (status === 'interrupted') {
    // The text report ends with the same words, but not where they are looked for when it goes into a file.
    if (ended.json || !stdout.isTerminal) {
      stderr.write(`Interrupted. To run the missing trials: ${resume}\n`)
    }
    return EXIT.interrupted
  }
  if (stop?.reason === 'refused') {
    stderr.write(`Stopped: ${escapeLine(stop.detail ?? 'every trial would be refused')}\n`)
    stderr.write(`When that is mended, run the missing trials: ${resume}\n`)
    return EXIT.usage
  }
  if (stop?.reason === 'budget') {
    stderr.write(`${escapeLine(stop.detail ?? 'The cap is reached')}.\n`)
    stderr.write(
      `${usdText(money.spentUsd)} USD are spent. To go on with a higher cap: ${resume} --max-cost USD\n`,
    )
  }
  if (stop?.reason === 'invalid' || isInvalid(ended)) {
    stderr.write(tooManyInvalid(ended))
    if (stop?.reason === 'invalid' && plannedLeft(ended) > 0) {
      stderr.write(
        `The run was stopped. When what failed is mended, run the missing trials: ${resume}\n`,
      )
    }
    return EXIT.failed
  }
  return stop?.reason === 'budget' ? EXIT.inconclusive : EXIT.done
}

function isInvalid(ended: Ended): boolean {
  const { report, ready } = ended
  return invalidOf(report) > invalidAllowed(ready.study, { size: sizeOf(ended) })
}

/** Trials that the run was to have: with a stopping rule, as many as it came to. */
function sizeOf({ report, ready }: Ended): number {
  const isStoppedEarly = report.stopping !== undefined && report.status === 'finished'
  return isStoppedEarly ? trialsOf(report) : ready.plan.size
}

function tooManyInvalid(ended: Ended): string {
  const { report, ready } = ended
  const { maxInvalid } = ready.study
  const allowed =
    typeof maxInvalid === 'number'
      ? `${Number((maxInvalid * 100).toFixed(2))} %`
      : `${maxInvalid.trials}`
  return `${invalidOf(report)} of ${sizeOf(ended)} trials are invalid, more than the ${allowed} allowed (--max-invalid).\n`
}

function plannedLeft({ report, ready }: Ended): number {
  return ready.plan.size - trialsOf(report)
}

function trialsOf({ cells }: RunReport): number {
  return cells.reduce((sum, { trials }) => sum + trials, 0)
}

function invalidOf({ cells }: RunReport): number {
  return cells.reduce((sum, { verdicts }) => sum + verdicts.invalid, 0)
}
