import type { Engine } from './engine.ts'

/** `absent`: the engine has none of that name. `unknown`: it cannot be asked. */
export type ContainerState = 'running' | 'ended' | 'absent' | 'unknown'

/** What an engine says of a container by its name or id. */
export async function containerState(engine: Engine, name: string): Promise<ContainerState> {
  const { code, stdout, stderr } = await engine.run([
    ...['inspect', '--type', 'container', '--format', '{{.State.Running}}', name],
  ])
  if (code === 0) return stdout.toString('utf8').trim() === 'true' ? 'running' : 'ended'
  return isNotThere(stderr) ? 'absent' : 'unknown'
}

/** Whether an engine complains that it does not have a container. */
export function isNotThere(complaint: string): boolean {
  return /no such (?:container|object)|no container with/i.test(complaint)
}
