import { playedAgent, readReplayName } from '../../agents/replay-name.ts'
import type { Arm } from '../../records/arm.ts'
import type { RunHeader } from '../../records/run.ts'
import { openRun } from '../../store/sqlite-store.ts'
import type { CellCount } from '../../store/store.ts'
import { printable } from '../../support/choices.ts'
import { UsageError } from '../../support/errors.ts'
import { findRun } from '../run/find-run.ts'
import { isModulePath } from './load-module.ts'
import type { StudyChoice } from './study-choice.ts'

/** How an agent is named that plays back a run. */
const REPLAY = 'replay:'

/** Whether the only agent asked for is one that plays back a run. */
export function isReplayAlone(agents: readonly string[] | undefined): agents is readonly [string] {
  return agents?.length === 1 && agents[0]?.startsWith(REPLAY) === true
}

/**
 * What the run was of that an agent plays back: a run of the same again. Its cap and its settings of generation are left
 * out, since no model is asked.
 *
 * @param scenario what the user names: a module that a run names is not run for that alone
 * @throws UsageError when there is no such run or agent
 */
export async function choiceOfReplay(
  agent: string,
  options: { readonly folder: string; readonly scenario: string | undefined },
): Promise<StudyChoice> {
  const name = readReplayName(agent.slice(REPLAY.length))
  await using reader = await openRun(await findRun(name.run, options.folder))
  const { header } = reader
  const { study } = header
  const played = playedAgent(header, name)
  const stored = storedArms(header, played, await reader.cells())
  const { id } = study.scenario
  if (options.scenario === undefined && isModulePath(id)) {
    throw new UsageError(
      `Cannot play back run ${printable(header.id)}: its scenario is a module, "${printable(id)}", which is only run if you name it`,
      {
        hint: `Name it if that is still the one: run ${printable(id)} --agent ${printable(agent)}`,
      },
    )
  }
  return {
    title: study.title ?? undefined,
    scenario: id,
    arms: stored.map(({ arm, preset }) => ({ arm, preset })),
    settings: study.settings,
    texts: study.wording,
    trials: Math.min(study.trials, ...stored.map(({ trials }) => trials)),
    seed: study.seed,
    sharedSeeds: study.sharedSeeds,
    sandbox: study.sandbox,
    endpoint: study.endpoint,
    endpoints: study.endpoints,
    interval: study.interval,
    level: study.level,
    limits: study.limits,
    maxInvalid: study.maxInvalid,
  }
}

/** The arms of which there is anything to play, with how many trials: a run that was cut short may not hold all. @throws UsageError for none */
function storedArms(
  { id, study }: RunHeader,
  played: string,
  cells: readonly CellCount[],
): { arm: Arm; preset: string | null; trials: number }[] {
  const arms = study.cells.flatMap(({ agent, arm, preset }) => {
    if (agent !== played) return []
    const own = cells.filter((cell) => cell.agent === agent && isSameArm(cell.arm, arm))
    const trials = own.reduce((sum, cell) => sum + cell.trials, 0)
    return trials === 0 ? [] : [{ arm, preset, trials }]
  })
  if (arms.length > 0) return arms
  throw new UsageError(
    `Cannot play back run ${printable(id)}: it holds no trial of "${printable(played)}" yet`,
  )
}

function isSameArm(a: Arm, b: Arm): boolean {
  return Object.keys({ ...a, ...b }).every((factor) => a[factor] === b[factor])
}
