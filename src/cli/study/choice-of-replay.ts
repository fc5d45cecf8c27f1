import { playedAgent, readReplayName } from '../../agents/replay-name.ts'
import { openRun } from '../../store/sqlite-store.ts'
import type { CellCount } from '../../store/store.ts'
import { printable } from '../../support/choices.ts'
import { UsageError } from '../../support/errors.ts'
import { findRun } from '../run/find-run.ts'
import { isModulePath } from './load-scenario.ts'
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
    arms: study.cells.flatMap((cell) =>
      cell.agent === played ? [{ arm: cell.arm, preset: cell.preset }] : [],
    ),
    settings: study.settings,
    texts: study.wording,
    trials: trialsToPlay(study.trials, played, await reader.cells()),
    seed: study.seed,
    sharedSeeds: study.sharedSeeds,
    sandbox: study.sandbox,
    endpoint: study.endpoint,
    interval: study.interval,
    level: study.level,
    limits: study.limits,
    maxInvalid: study.maxInvalid,
  }
}

/** Of a run that was cut short, no more than there are to play. */
function trialsToPlay(planned: number, agent: string, cells: readonly CellCount[]): number {
  const stored = new Map<string, number>()
  for (const cell of cells) {
    if (cell.agent !== agent) continue
    stored.set(cell.armHash, (stored.get(cell.armHash) ?? 0) + cell.trials)
  }
  return Math.max(1, Math.min(planned, ...stored.values()))
}
