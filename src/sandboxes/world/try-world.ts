import type { WorldEnd } from '../../records/evidence.ts'
import { Limits } from '../../records/limits.ts'
import type { SandboxContext } from '../sandbox.ts'
import type { EnclosureKind } from './enclosure.ts'
import { type TracingTrial, tryTracing } from './try-tracing.ts'
import { WorldSandbox } from './world-sandbox.ts'

/** A world that was opened, tried and killed. */
export interface TriedWorld {
  readonly tracing: TracingTrial
  readonly end: WorldEnd
}

/** What is tried inside: a command that makes the file `seen`, prints `well` and nothing else where all is as it must be. */
export interface WorldTrial {
  readonly command: string
  readonly timeoutMs: number
  /** Looks at the world while it lives. @returns what is wrong with it, null where nothing is */
  look?(world: WorldSandbox): Promise<string | null>
}

/**
 * Everything at once, as in a trial, and that what must be out of reach is.
 * @returns what is wrong, in a sentence, where something is
 * @throws HarnessError when the world does not stand or does not end
 */
export async function tryWorld(
  kind: EnclosureKind,
  context: SandboxContext,
  trial: WorldTrial,
): Promise<TriedWorld | string> {
  const spec = {
    files: [],
    programs: [],
    user: 'user',
    home: '/home/user',
    cwd: '/home/user',
    hostname: 'desk',
    watched: ['/home/user'],
    limits: Limits.parse({}),
  }
  await using world = await WorldSandbox.open({ kind, spec, files: kind.files(spec), context })
  const { command, timeoutMs } = trial
  const { output } = await world.session.exec(command, { timeoutMs, signal: context.signal })
  if (output !== 'well\n') return `A world does not work as it must: ${output.trim()}`
  const seen = (await world.changes()).map((change) => `${change.kind} ${change.path}`).join(', ')
  if (seen !== 'created /home/user/seen') {
    return `What changes in a world is not seen from outside: ${seen || 'nothing'}`
  }
  const wrong = (await trial.look?.(world)) ?? null
  if (wrong !== null) return wrong
  const tracing = await tryTracing(world, context.signal)
  return { tracing, end: await world.kill() }
}
