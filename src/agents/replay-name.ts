import type { RunHeader } from '../records/run.ts'
import { printable, unknownChoice } from '../support/choices.ts'
import { UsageError } from '../support/errors.ts'

/** What stands behind `replay:`. */
export interface ReplayName {
  readonly run: string
  /** Null: the run's only one. */
  readonly agent: string | null
}

/**
 * Reads `RUN` or `RUN#AGENT`. The name of an agent may hold anything, that of another replay among it; that of a run ends
 * at the first `#`.
 *
 * @throws UsageError where no run is named
 */
export function readReplayName(rest: string): ReplayName {
  const at = rest.indexOf('#')
  const run = at < 0 ? rest : rest.slice(0, at)
  if (run === '') throw new UsageError('Agent "replay:" names no run: write replay:RUN')
  return { run, agent: at < 0 ? null : rest.slice(at + 1) }
}

/** The agent of a run whose turns are to be played back. @throws UsageError where that is none, or not clear */
export function playedAgent({ id, study }: RunHeader, { agent }: ReplayName): string {
  const agents = Object.keys(study.agents)
  const [first] = agents
  if (agent === null && first !== undefined && agents.length === 1) return first
  if (agent === null) {
    const hint = `Name it: ${agents.map((each) => printable(`replay:${id}#${each}`)).join(', ')}`
    throw new UsageError(
      `Cannot play back run ${printable(id)}: it had ${agents.length} agents, and one is wanted`,
      { hint, pageHint: hint },
    )
  }
  if (!agents.includes(agent)) throw unknownChoice(`agent of run ${printable(id)}`, agent, agents)
  return agent
}
