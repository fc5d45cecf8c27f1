import { availableParallelism } from 'node:os'
import type { Capabilities } from '../../sandboxes/sandbox.ts'

/** Inspect's default for the same flag: few providers refuse it. */
const REMOTE = 10

/**
 * How many trials run at once where nothing is said. Real sandboxes work the processors, and a machine that is starved
 * dies too slowly to be judged: two a processor, since a trial waits as much as it works. Agents that wait for a service elsewhere leave them idle.
 */
export function defaultConcurrency(options: {
  readonly remote: boolean
  readonly capabilities: Capabilities
}): number {
  const processors = Math.max(2, availableParallelism())
  if (options.remote) return Math.max(REMOTE, processors)
  return options.capabilities['real-time'] ? 2 * processors : processors
}
