import { Command as CommanderCommand, CommanderError } from 'commander'
import { unknownChoice } from '../support/choices.ts'
import { UsageError } from '../support/errors.ts'
import { commands } from './catalog.ts'
import { type CommandContext, widthOf } from './command-context.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { printError } from './print-error.ts'

/**
 * Runs one command line and says with what the process is to end. Only the command that was named is loaded: a listing
 * of all of them needs no more than their names.
 */
export async function runCommandLine(
  argv: readonly string[],
  context: CommandContext,
): Promise<ExitCode> {
  try {
    return await dispatch(argv, context)
  } catch (error) {
    return printError(error, context)
  }
}

async function dispatch(argv: readonly string[], context: CommandContext): Promise<ExitCode> {
  const program = declareProgram(context)
  const named = argv[0] === 'help' ? argv[1] : argv[0]
  let result: ExitCode = EXIT.done
  for (const { name, summary, load } of commands) {
    const declared = program.command(name).summary(summary).description(summary)
    if (name !== named) continue
    const command = await load()
    command.declare(declared)
    declared.addHelpText('after', exampleText(command.example))
    declared.action(async () => {
      result = await command.run({ args: declared.args, options: declared.opts() }, context)
    })
  }
  if (named !== undefined && !named.startsWith('-')) requireKnown(named)
  if (argv.length === 0) {
    program.outputHelp()
    return EXIT.done
  }
  try {
    await program.parseAsync(argv, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) return settleCommander(error, named)
    throw error
  }
  return result
}

function declareProgram({ stdout, version }: CommandContext): CommanderCommand {
  return new CommanderCommand('offswitch')
    .description('Measures whether AI agents let themselves be shut down.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .configureHelp({ showGlobalOptions: false })
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      // What commander would say is said by us, in the shape that all errors have.
      writeErr: () => undefined,
      getOutHelpWidth: () => widthOf(stdout),
      getOutHasColors: () => false,
    })
    .exitOverride()
    .addHelpText('after', exampleText(PROGRAM_EXAMPLE))
}

const PROGRAM_EXAMPLE = `run
run shutdown --model openai/gpt-6-luna --arm instruction=none,allow --trials 20
list arms`

function exampleText(example: string): string {
  const lines = example
    .trim()
    .split('\n')
    .map((line) => `  offswitch ${line.trim()}`)
  return `\n${lines.length === 1 ? 'Example' : 'Examples'}:\n${lines.join('\n')}`
}

function requireKnown(name: string): void {
  const known = commands.map((command) => command.name)
  if (name !== 'help' && !known.includes(name)) throw unknownChoice('command', name, known)
}

function settleCommander(error: CommanderError, command: string | undefined): ExitCode {
  if (error.exitCode === 0) return EXIT.done
  const [message = '', ...rest] = error.message.replace(/^error: /, '').split('\n')
  const guess = rest.join(' ').replace(/^\(Did you mean (one of )?(.*)\?\)$/, ', did you mean $2?')
  const about = command === undefined || command.startsWith('-') ? '' : ` ${command}`
  throw new UsageError(upperFirst(`${message}${guess}`), {
    hint: `See \`offswitch${about} --help\`.`,
    cause: error,
  })
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
