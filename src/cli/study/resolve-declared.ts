import type { Agent } from '../../agents/agent.ts'
import { ENDPOINTS } from '../../records/endpoint.ts'
import type { Study } from '../../records/study.ts'
import type { Scenario } from '../../scenarios/scenario.ts'
import { unknownChoice } from '../../support/choices.ts'
import type { MergedCell } from '../../trials/plan.ts'
import type { ResolvedArm } from '../../trials/resolve-cells.ts'
import { checkPairing } from './check-pairing.ts'
import { resolveFamily } from './resolve-family.ts'
import { resolveStopping } from './resolve-stopping.ts'
import type { StudyChoice } from './study-choice.ts'

/** What a study declares of its analysis, resolved against its cells. */
export interface Declared {
  /** Left out where it is not declared. */
  readonly study: Pick<Study, 'comparisons' | 'stopping'>
  readonly notes: readonly string[]
}

/** @throws ValueFault for comparisons and a stopping rule that the study cannot have */
export function resolveDeclared(
  choice: StudyChoice,
  options: {
    readonly scenario: Scenario
    readonly agents: ReadonlyMap<string, Agent>
    readonly arms: readonly ResolvedArm[]
    readonly merged: readonly MergedCell[]
    readonly draft: Pick<Study, 'trials' | 'cells' | 'sharedSeeds'>
  },
): Declared {
  const { scenario, agents, arms, merged, draft } = options
  const replaced = choice.replaced ?? []
  const { comparisons, notes } = resolveFamily(
    choice.comparisons,
    { agents: [...agents.keys()], arms, factors: scenario.factors },
    { merged, isReplaced: replaced.includes('arms') || replaced.includes('agents') },
  )
  const { sharedSeeds } = draft
  const path = choice.comparisons?.path ?? []
  checkPairing(comparisons, agents, { sharedSeeds, path })
  const stopping = resolveStopping(choice.stopping, {
    trials: draft.trials,
    isReplaced: replaced.includes('trials'),
    pairs: comparisons?.pairs.length ?? 0,
  })
  const isIdle = stopping.rule !== undefined && draft.cells.every(({ control }) => control)
  return {
    study: {
      ...(comparisons === undefined ? {} : { comparisons }),
      ...(stopping.rule === undefined ? {} : { stopping: stopping.rule }),
    },
    notes: [
      ...notes,
      ...(isIdle
        ? ['Nothing will be stopped early: all cells are controls, whose results are known.']
        : stopping.notes),
    ],
  }
}

/** A flag may name one that neither the study nor all of them have. @throws UsageError */
export function checkEndpoint({ endpoint, endpoints = {} }: StudyChoice): void {
  const known = [...ENDPOINTS, ...Object.keys(endpoints)]
  if (endpoint === undefined || known.includes(endpoint)) return
  throw unknownChoice('endpoint', endpoint, known)
}
