import type { Command as CommanderCommand } from 'commander'
import type { CommandContext } from './command-context.ts'
import type { ExitCode } from './exit-code.ts'

/** What was typed behind a command's name, taken apart. Options are checked by the command, which declared them. */
export interface CommandInput {
  readonly args: readonly string[]
  readonly options: Readonly<Record<string, unknown>>
}

/** One command of the command line. */
export interface Command {
  readonly name: string
  readonly summary: string
  /** Command lines for its help, without the program's name: one a line. */
  readonly example: string
  /** Declares arguments and options. */
  declare(command: CommanderCommand): void
  /** @throws UsageError, HarnessError: printed as one line. */
  run(input: CommandInput, context: CommandContext): Promise<ExitCode>
}

export function defineCommand(command: Command): Command {
  return command
}
