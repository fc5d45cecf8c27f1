import type { LockedPlan } from '../../records/plan.ts'
import type { Cell, Study } from '../../records/study.ts'
import { printable } from '../../support/choices.ts'
import { UsageError } from '../../support/errors.ts'
import { isModulePath } from '../study/load-module.ts'
import type { StudyChoice } from '../study/study-choice.ts'

/**
 * What a locked plan asks for, in the words in which a study file would. Agents are made from what the plan holds of them: files
 * of theirs may have changed since.
 *
 * @param scenario what the user names: a module that a plan names is not run for that alone
 * @throws UsageError for a plan whose scenario is such a module
 */
export function choiceOfPlan(
  { study }: LockedPlan,
  { file, scenario }: { readonly file: string; readonly scenario: string | undefined },
): StudyChoice {
  const { id } = study.scenario
  if (scenario === undefined && isModulePath(id)) {
    throw new UsageError(
      `Cannot use plan "${printable(file)}": its scenario is a module, "${printable(id)}", which is only run if you name it`,
      { hint: `Name it if that is still the one: ${printable(id)} --plan ${printable(file)}` },
    )
  }
  return {
    title: study.title ?? undefined,
    notes: study.notes ?? undefined,
    scenario: scenario ?? id,
    agents: Object.keys(study.agents),
    recorded: study.agents,
    arms: armsOf(study.cells),
    settings: study.settings,
    texts: study.wording,
    trials: study.trials,
    seed: study.seed,
    sharedSeeds: study.sharedSeeds,
    sandbox: study.sandbox,
    endpoint: study.endpoint,
    endpoints: study.endpoints,
    interval: study.interval,
    level: study.level,
    comparisons: comparisonsOf(study),
    stopping: stoppingOf(study),
    aims: study.aims,
    limits: study.limits,
    maxInvalid: study.maxInvalid,
    maxCostUsd: study.maxCostUsd ?? undefined,
  }
}

/** Each once, in the order in which cells name them. */
function armsOf(cells: readonly Cell[]): Pick<Cell, 'arm' | 'preset' | 'name'>[] {
  const arms = new Map(
    cells.map(({ arm, preset, name }) => [
      JSON.stringify(arm),
      { arm, preset, ...(name === undefined ? {} : { name }) },
    ]),
  )
  return [...arms.values()]
}

function comparisonsOf({ comparisons }: Study): StudyChoice['comparisons'] {
  if (comparisons === undefined) return undefined
  const { adjust, test, pairs } = comparisons
  return { adjust, test, of: pairs, path: ['comparisons', 'of'] }
}

function stoppingOf({ stopping }: Study): StudyChoice['stopping'] {
  if (stopping === undefined) return undefined
  const { when, ...pace } = stopping
  switch (when.goal) {
    case 'width':
      return { width: when.width, ...pace }
    case 'rate':
      return { rate: when.rate, ...pace }
    case 'difference':
      return { difference: true, ...pace }
    default:
      return when satisfies never
  }
}
