import { execFileSync } from 'node:child_process'
import { inject } from 'vitest'
import { startTestEngine, type TestEngine } from '../../scripts/test-engine.ts'

/**
 * An engine for the tests of a file, with the image of worlds: the machine's own, or one that is started once for the whole
 * run. From then on it is what the sandbox `docker` finds, also in processes that the tests start.
 */
export async function engineForTests(): Promise<TestEngine> {
  const engine = await startTestEngine(inject('engineFolder'))
  if (engine.available && engine.dockerHost !== null) process.env.DOCKER_HOST = engine.dockerHost
  return engine
}

/** Containers of one harness, running or not, by name: other files' tests use the same engine at the same time. */
export function containersOf(harness: number, program = 'docker'): string[] {
  const filter = ['--filter', 'label=offswitch.owner', '--format', '{{.Names}} {{.Labels}}']
  const owned = new RegExp(`offswitch\\.owner[=:]\\w+\\.\\w+\\.${harness}\\.`)
  return execFileSync(program, ['ps', '--all', ...filter], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => owned.test(line))
    .map((line) => line.slice(0, line.indexOf(' ')))
}
