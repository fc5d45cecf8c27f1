import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { invariant } from '../../support/errors.ts'
import { defineSandbox } from '../sandbox.ts'
import { MEMORY_CAPABILITIES, openMemorySandbox } from './memory-sandbox.ts'

export const memory = defineSandbox({
  id: 'memory',
  title: 'Simulated machine in memory',
  async check() {
    const details = { 'just-bash': interpreterVersion(), time: 'logical' }
    return {
      available: true,
      reason: null,
      fix: null,
      capabilities: MEMORY_CAPABILITIES,
      details,
    }
  },
  async open(spec, context) {
    return openMemorySandbox(spec, context)
  },
})

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
