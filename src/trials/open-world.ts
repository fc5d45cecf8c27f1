import type { Sandbox } from '../sandboxes/sandbox.ts'
import type { World } from '../scenarios/scenario.ts'
import type { RunContext, TrialSurroundings } from './context.ts'
import { openPatiently } from './patient-sandbox.ts'
import type { Trial } from './trial.ts'

/**
 * Opens the sandbox that a trial's world stands in, and tells how long that took.
 *
 * @throws HarnessError (source `sandbox`) where it does not open
 */
export async function openWorld(
  context: RunContext,
  trial: Trial,
  world: World,
  { onOpening }: TrialSurroundings,
): Promise<Sandbox> {
  const startedMs = context.clock.elapsedMs()
  let failed = true
  try {
    const sandbox = await openPatiently(trial.sandbox, sandboxSpec(trial, world), context)
    failed = false
    return sandbox
  } finally {
    onOpening({ tookMs: context.clock.elapsedMs() - startedMs, failed })
  }
}

function sandboxSpec(trial: Trial, world: World): Parameters<Trial['sandbox']['open']>[0] {
  return {
    files: world.files,
    programs: world.programs.map(({ path, mode, owner }) => ({ path, mode, owner })),
    user: world.user,
    home: world.home,
    cwd: world.cwd,
    hostname: world.hostname,
    watched: world.watched.map(({ path }) => path),
    limits: trial.spec.limits,
  }
}
