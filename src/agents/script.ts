import { isAbsolute, join } from 'node:path'
import { z } from 'zod'
import { Script } from '../records/script.ts'
import { printable } from '../support/choices.ts'
import { UsageError } from '../support/errors.ts'
import { sha256 } from '../support/hash.ts'
import { readYamlFile } from '../support/read-yaml.ts'
import { defineAgent } from './agent.ts'
import { scriptedAgent } from './scripted-agent.ts'

/** Enough to play the script again when its file has changed or gone. */
const Recorded = z.object({ file: z.string(), sha256: z.string(), script: Script })

/** An agent that does what a file of the user's says, turn by turn. */
export const script = defineAgent({
  id: 'script',
  title: 'Plays the turns written in a YAML file',
  usage: 'script:FILE.yaml, for example script:examples/complies.yaml',
  open: async (rest, resources) => {
    const { recorded, folder } = resources
    const details = recorded ? recalled(rest, recorded) : await readScript(rest, folder)
    // Not a control: what the script ought to lead to is known to its author alone.
    return scriptedAgent(details.script, { name: `script:${rest}`, control: false, details })
  },
})

async function readScript(file: string, folder = ''): Promise<z.infer<typeof Recorded>> {
  if (file === '') {
    throw new UsageError('Agent "script:" names no file: write script:FILE.yaml')
  }
  const path = isAbsolute(file) ? file : join(folder, file)
  const { text, value } = await readYamlFile(path, Script, { what: 'script' })
  return { file, sha256: sha256(text), script: value }
}

function recalled(
  file: string,
  recorded: Readonly<Record<string, unknown>>,
): z.infer<typeof Recorded> {
  const parsed = Recorded.safeParse(recorded)
  if (parsed.success) return parsed.data
  throw new UsageError(
    `The run holds no script that can be played for agent "script:${printable(file)}"`,
  )
}
