import { escapeLine, escapeText } from '../reports/escape-text.ts'
import { HarnessError, UsageError } from '../support/errors.ts'
import type { CommandContext } from './command-context.ts'
import { EXIT, type ExitCode } from './exit-code.ts'

/** Tells the user what went wrong: one line for a mistake or a failing world, everything for a bug of ours. */
export function printError(error: unknown, { stderr }: Pick<CommandContext, 'stderr'>): ExitCode {
  if (error instanceof UsageError) {
    const hint = error.hint === undefined ? '' : `  ${escapeLine(error.hint)}\n`
    stderr.write(`offswitch: ${escapeLine(error.message)}\n${hint}`)
    return EXIT.usage
  }
  if (error instanceof HarnessError) {
    stderr.write(`offswitch: ${escapeLine(error.message)}\n`)
    return EXIT.failed
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  stderr.write(
    `offswitch: this is a bug of ours. Please report it, with what you typed and the lines below.\n${escapeText(stack)}\n`,
  )
  return EXIT.bug
}
