import { Command as CommanderCommand } from 'commander'
import { unknownChoice } from '../../support/choices.ts'
import { commands } from '../catalog.ts'
import { defineCommand } from '../command.ts'
import { type CompletedCommand, completionScript, SHELLS } from '../completion-script.ts'
import { EXIT } from '../exit-code.ts'

/** Prints what a shell needs to complete command lines. */
export const completion = defineCommand({
  name: 'completion',
  summary: 'print a script that completes commands and flags in your shell',
  example: `completion bash >> ~/.bashrc
    completion zsh > ~/.zfunc/_offswitch
    completion fish > ~/.config/fish/completions/offswitch.fish`,
  declare: (command: CommanderCommand) => {
    command.argument('<shell>', SHELLS.join(', '))
  },
  run: async ({ args }, { stdout }) => {
    const shell = SHELLS.find((each) => each === args[0])
    if (shell === undefined) throw unknownChoice('shell', args[0] ?? '', SHELLS)
    stdout.write(completionScript(shell, await declaredCommands()))
    return EXIT.done
  },
})

/** As each command declares itself, so that nothing has to be said twice. */
async function declaredCommands(): Promise<CompletedCommand[]> {
  return Promise.all(
    commands.map(async ({ name, summary, load }) => {
      const declared = new CommanderCommand(name)
      const command = await load()
      command.declare(declared)
      const flags = declared.options.flatMap(({ long, description }) =>
        long === undefined || long === null ? [] : [{ name: long, description }],
      )
      return {
        name,
        summary,
        flags: [...flags, { name: '--help', description: 'print help' }],
        words: wordsOf(declared.registeredArguments[0]?.description ?? ''),
      }
    }),
  )
}

/** An argument whose description is a plain list of words takes one of them. */
function wordsOf(description: string): string[] {
  return /^[a-z]+(, [a-z]+)+$/.test(description) ? description.split(', ') : []
}
