import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command as CommanderCommand } from 'commander'
import { unknownChoice } from '../../support/choices.ts'
import { packageDirectory } from '../../support/package-directory.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-code.ts'

/** What there is a schema of. */
const KINDS = ['study'] as const

/** Prints a schema for editors that cannot read it from the package. */
export const schema = defineCommand({
  name: 'schema',
  summary: 'print the JSON Schema of study files, with which editors complete and check them',
  example: 'schema study > study.schema.json',
  declare: (command: CommanderCommand) => {
    command.argument('<kind>', KINDS.join(', '))
  },
  run: async ({ args }, { stdout }) => {
    const kind = KINDS.find((each) => each === args[0])
    if (kind === undefined) throw unknownChoice('schema', args[0] ?? '', KINDS)
    stdout.write(await readFile(join(packageDirectory(), 'assets', `${kind}.schema.json`), 'utf8'))
    return EXIT.done
  },
})
