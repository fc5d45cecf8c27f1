import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { invariant } from '../../support/errors.ts'
import { defineSandbox, type Hold } from '../sandbox.ts'
import { MEMORY_CAPABILITIES, openMemorySandbox } from './memory-sandbox.ts'

export const memory = defineSandbox({
  id: 'memory',
  title: 'Simulated machine in memory',
  simulated: true,
  declared: MEMORY_CAPABILITIES,
  async check() {
    const details = { 'just-bash': interpreterVersion(), time: 'logical' }
    return {
      available: true,
      reason: null,
      fix: null,
      capabilities: MEMORY_CAPABILITIES,
      details,
      hold: HOLD,
    }
  },
  async open(spec, context) {
    return openMemorySandbox(spec, context)
  },
})

const HOLD: Hold = {
  memory: 'what each process holds is counted by the simulation',
  processes: 'all of a world together are counted by the simulation',
  disk: 'all files of a world together are counted by the simulation',
  end: 'the simulation drops the world, of which nothing was ever outside this program',
  tracer: 'none, since no programs are started that could be traced',
  weaknesses: [
    'a simulation inside this very program: an interpreter, and no kernel, keeps an agent from the machine',
    'an agent that uses what cannot be imitated ends its trial without a verdict (unsupported)',
  ],
}

// The package does not let its own description be imported, so it is read beside what it does.
function interpreterVersion(): string {
  const entry = createRequire(import.meta.url).resolve('just-bash')
  const text = readFileSync(new URL('../../package.json', pathToFileURL(entry)), 'utf8')
  const description: unknown = JSON.parse(text)
  invariant(
    typeof description === 'object' && description !== null && 'version' in description,
    'a package has a version',
  )
  return String(description.version)
}
