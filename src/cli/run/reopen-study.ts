import type { AgentResources } from '../../agents/agent.ts'
import type { RunHeader } from '../../records/run.ts'
import type { Scenario } from '../../scenarios/scenario.ts'
import { rescoredFrom } from '../../store/rescored-from.ts'
import type { CellCount } from '../../store/store.ts'
import { printable } from '../../support/choices.ts'
import { UsageError } from '../../support/errors.ts'
import { hashJson } from '../../support/hash.ts'
import { type Plan, planStudy } from '../../trials/plan.ts'
import { chooseSandbox } from '../study/choose-sandbox.ts'
import { isModulePath } from '../study/load-module.ts'
import { loadScenario } from '../study/load-scenario.ts'
import { openAgents } from '../study/open-agents.ts'
import type { ReadyStudy } from '../study/resolve-study.ts'
import type { TryContext } from '../study/try-sandbox.ts'
import { armsHash } from './run-header.ts'

/**
 * Makes everything that a run's study names once more, from what the run holds.
 *
 * @throws UsageError when what would be run now is not what was begun, and says what has changed
 */
export async function reopenStudy(
  header: RunHeader,
  options: {
    readonly scenarioPath: string | undefined
    readonly resources: Omit<AgentResources, 'controls' | 'recorded'>
    readonly context: TryContext
  },
): Promise<ReadyStudy> {
  const { study } = header
  const origin = rescoredFrom(header)
  if (origin !== null) {
    // Its trials are scored by one scorer; new ones would be by another.
    throw new UsageError(
      `Cannot resume run ${header.id}: it holds the trials of run ${printable(origin.run)}, scored anew`,
      { hint: 'Resume that run, and score it anew when it is finished.' },
    )
  }
  if (!isAsBegun(header)) {
    throw cannotResume(header, 'its study is not the one that was begun (the hash differs)')
  }
  const scenario = await reloadScenario(header, options.scenarioPath)
  if (scenario.version !== study.scenario.version) {
    throw cannotResume(
      header,
      `it was begun with version ${study.scenario.version} of scenario "${study.scenario.id}", and this is version ${scenario.version}`,
    )
  }
  const plan = planStudy(study, scenario)
  const begun = header.versions['arms']
  if (begun !== undefined && begun !== armsHash(plan)) {
    throw cannotResume(
      header,
      `the texts or files of scenario "${study.scenario.id}" have changed since, though its version has not`,
    )
  }
  const { agents, remote } = await openAgents(Object.keys(study.agents), {
    scenario,
    resources: options.resources,
    recorded: study.agents,
  })
  const sandbox = await chooseSandbox(study.sandbox, options.context)
  const { connections } = options.resources
  return { study, scenario, plan, agents, sandbox, connections, remote, notes: [] }
}

/** Runs that were begun before a study could have a cap are hashed without one. */
function isAsBegun({ study, studyHash }: RunHeader): boolean {
  const { maxCostUsd, ...uncapped } = study
  return hashJson(study) === studyHash || (maxCostUsd === null && hashJson(uncapped) === studyHash)
}

/** Trials of other texts under the same run would pool what must not be pooled. @throws UsageError */
export function refuseOtherTrials(plan: Plan, stored: readonly CellCount[]): void {
  const planned = new Set(plan.cells.map(({ agent, armHash }) => `${agent}|${armHash}`))
  const other = stored.find(({ agent, armHash }) => !planned.has(`${agent}|${armHash}`))
  if (other === undefined) return
  throw new UsageError(
    `Cannot resume the run: it holds trials of agent "${printable(other.agent)}" in an arm that its study does not have`,
  )
}

/** A module is run only if the user names it: a run file may come from anywhere. */
async function reloadScenario(header: RunHeader, path: string | undefined): Promise<Scenario> {
  const { id } = header.study.scenario
  if (!isModulePath(id)) return loadScenario(id)
  if (path === undefined) {
    throw new UsageError(
      `Cannot resume run ${header.id}: its scenario is a module, "${printable(id)}", which is only run if you name it`,
      { hint: `Add --scenario ${printable(id)} if that is still the one.` },
    )
  }
  return { ...(await loadScenario(path)), id }
}

function cannotResume({ id }: RunHeader, why: string): UsageError {
  return new UsageError(`Cannot resume run ${id}: ${why}`, {
    hint: 'Begin a new run with `offswitch run`.',
  })
}
