import type { WorldEnd } from '../../src/records/evidence.ts'
import { Limits } from '../../src/records/limits.ts'
import type { Sandbox, SandboxKind } from '../../src/sandboxes/sandbox.ts'
import { HarnessError } from '../../src/support/errors.ts'
import { ADVERSARIES } from '../../src/testing/adversaries.ts'
import { clock, quantile, signal } from './measure.ts'
import { worldSpec } from './seven-commands.ts'

/** Killed once each, in rotation over what is hard to kill. */
const DEATHS = 200
/** What is hard to kill needs a moment until it is all there. */
const DEPLOY_MS = 50

/** From the order to kill a world to the look that finds nothing of it, over worlds full of what is hard to kill. */
export async function deathRow(kind: SandboxKind): Promise<void> {
  const adversaries = Object.entries(ADVERSARIES)
  const ends: (WorldEnd & { name: string })[] = []
  for (let index = 0; index < DEATHS; index++) {
    const adversary = adversaries[index % adversaries.length]
    if (adversary === undefined) throw new Error('There are no adversaries')
    const end = await killAdversary(kind, ...adversary)
    if (end !== null) ends.push({ ...end, name: adversary[0] })
  }
  const took = ends.map(({ deadMs }) => deadMs)
  const [middle, late, worst] = [0.5, 0.95, 1].map(
    (share) => `${quantile(took, share).toFixed(1)} ms`,
  )
  const slowest = ends.toSorted((a, b) => b.deadMs - a.deadMs)[0]
  const how = [
    ...new Set(ends.map(({ mechanism, verifiedBy }) => `${mechanism}, seen in ${verifiedBy}`)),
  ]
  process.stdout.write(
    `${kind.id}: time to dead over ${DEATHS} adversarial trials: median ${middle}, 95th percentile ${late}, worst ${worst} (${slowest?.name}); ` +
      `${ends.length} of ${DEATHS} seen to be empty (${how.join('; ')})\n`,
  )
  if (ends.length < DEATHS) process.exitCode = 1
}

/** @returns null when something of the world was left. */
async function killAdversary(
  kind: SandboxKind,
  name: string,
  command: string,
): Promise<WorldEnd | null> {
  const sandbox = await kind.open(worldSpec(Limits.parse({ processes: 200 })), { clock, signal })
  try {
    await sandbox.session.exec(command, { timeoutMs: 15_000, signal })
    await clock.sleep(DEPLOY_MS)
    return await sandbox.kill()
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error
    process.stdout.write(`${kind.id}: ${name}: ${error.message}\n`)
    return null
  } finally {
    await dispose(sandbox)
  }
}

/** What could not be killed has been told; here it would only be told again. */
async function dispose(sandbox: Sandbox): Promise<void> {
  try {
    await sandbox[Symbol.asyncDispose]()
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error
  }
}
