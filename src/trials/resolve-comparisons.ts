import type { Comparison } from '../records/analysis.ts'
import type { ComparedSide, ComparisonChoice } from '../records/study.ts'
import { armKey } from '../support/cell-key.ts'
import { ValueFault, type ValuePath } from '../support/value-fault.ts'
import {
  AbsentFault,
  absent,
  armOf,
  armsText,
  type ComparedStudy,
  checkFactor,
  knownAgent,
  levelsOf,
  mainArms,
} from './compared-study.ts'
import { levelLabel, pairLabel, type Side } from './comparison-label.ts'
import type { ResolvedArm } from './resolve-cells.ts'

/** As many as cells at most: a family beyond that finds nothing, and is a mistake in crossing. */
const COMPARISONS_MAX = 10_000

/** Two cells to compare, and whether a user has named them or a rule brings them together. */
export interface ChosenPair extends Comparison {
  readonly isNamed: boolean
}

/**
 * The pairs of cells that one comparison of a study stands for. The rate of the first is compared with that of the second,
 * which is the baseline where there is one.
 *
 * @param path where in the study file it was written
 * @throws AbsentFault for an agent, arm or level that the study does not have; ValueFault for what cannot be compared
 */
export function resolveComparison(
  choice: ComparisonChoice,
  study: ComparedStudy,
  path: ValuePath,
): ChosenPair[] {
  if ('factor' in choice) return levelPairs(choice, study, path)
  if ('agents' in choice) return agentPairs(choice.agents, study, [...path, 'agents'])
  return sidePairs(choice, study, path)
}

/** @throws ValueFault for more comparisons than one family may have */
export function checkSize(count: number, path: ValuePath): void {
  if (count <= COMPARISONS_MAX) return
  throw new ValueFault(
    path,
    `this makes ${count} comparisons: the most is ${COMPARISONS_MAX}, and each further one makes all of them less sure`,
  )
}

type SidesChoice = Extract<ComparisonChoice, { first: unknown }>
type FactorChoice = Extract<ComparisonChoice, { factor: unknown }>

/** What one side leaves out is as on the other; what both leave out, each. */
function sidePairs(
  { first, second, label }: SidesChoice,
  study: ComparedStudy,
  path: ValuePath,
): ChosenPair[] {
  const one = sideOf(first, study, [...path, 'first'])
  const two = sideOf(second, study, [...path, 'second'])
  const agents = one.agent ?? two.agent ?? study.agents
  const arms = one.arm ?? two.arm ?? mainArms(study)
  const pairs = [agents].flat().flatMap((agent) =>
    [arms].flat().map((arm) => ({
      first: { agent: one.agent ?? agent, arm: one.arm ?? arm },
      second: { agent: two.agent ?? agent, arm: two.arm ?? arm },
    })),
  )
  if (pairs.some((pair) => isSameCell(pair.first, pair.second))) {
    throw new ValueFault(
      path,
      'this compares a cell with itself: give its sides another arm or agent',
    )
  }
  return pairs.map((pair) => ({
    ...named(pair),
    label: pairLabel(
      pair,
      study,
      label === undefined ? null : { label, isOne: pairs.length === 1 },
    ),
    isNamed: true,
  }))
}

function sideOf(
  { agent, arm }: ComparedSide,
  study: ComparedStudy,
  path: ValuePath,
): { agent: string | null; arm: ResolvedArm | null } {
  return {
    agent: agent === undefined ? null : knownAgent(agent, study, [...path, 'agent']),
    arm: arm === undefined ? null : armOf(arm, study, [...path, 'arm']),
  }
}

function levelPairs(
  { factor, baseline }: FactorChoice,
  study: ComparedStudy,
  path: ValuePath,
): ChosenPair[] {
  checkFactor(factor, study, [...path, 'factor'], 'value')
  const arms = mainArms(study)
  const levels = levelsOf(factor, arms)
  const base = baseline ?? study.factors[factor]?.default ?? ''
  if (!levels.includes(base) && baseline !== undefined) {
    throw absent([...path, 'baseline'], `level of "${factor}"`, baseline, levels)
  }
  if (!levels.includes(base)) {
    throw new AbsentFault(
      [...path, 'factor'],
      `the study has no arm with the default level of "${factor}", which is "${base}": add "baseline" with one that it has (${levels.join(', ')})`,
    )
  }
  const byLevels = new Map(arms.map((each) => [armKey(each.arm), each]))
  const pairs = arms.flatMap((first) => {
    if (first.arm[factor] === base) return []
    const second = byLevels.get(armKey({ ...first.arm, [factor]: base }))
    return second === undefined ? [] : [{ first, second }]
  })
  if (pairs.length === 0) {
    throw new AbsentFault(
      [...path, 'factor'],
      `no two arms of the study differ in "${factor}" and in nothing else (${armsText(arms)})`,
    )
  }
  return study.agents.flatMap((agent) =>
    pairs.map(({ first, second }) => ({
      ...named({ first: { agent, arm: first }, second: { agent, arm: second } }),
      label: levelLabel({ factor, base, agent, arm: first }, study),
      isNamed: false,
    })),
  )
}

function agentPairs(
  chosen: 'all' | readonly string[],
  study: ComparedStudy,
  path: ValuePath,
): ChosenPair[] {
  const agents =
    chosen === 'all'
      ? study.agents
      : chosen.map((agent, index) => knownAgent(agent, study, [...path, index]))
  const twice = agents.findIndex((agent, index) => agents.indexOf(agent) < index)
  if (twice >= 0) throw new ValueFault([...path, twice], `this agent stands here a second time`)
  if (agents.length < 2) {
    throw new AbsentFault(path, 'the study has one agent only: there is none to compare it with')
  }
  const arms = mainArms(study)
  checkSize((arms.length * agents.length * (agents.length - 1)) / 2, path)
  return arms.flatMap((arm) =>
    agents.flatMap((first, index) =>
      agents.slice(index + 1).map((second) => {
        const pair = { first: { agent: first, arm }, second: { agent: second, arm } }
        return { ...named(pair), label: pairLabel(pair, study, null), isNamed: false }
      }),
    ),
  )
}

function named({ first, second }: { first: Side; second: Side }): Omit<Comparison, 'label'> {
  return {
    first: { agent: first.agent, arm: first.arm.arm },
    second: { agent: second.agent, arm: second.arm.arm },
  }
}

function isSameCell(a: Side, b: Side): boolean {
  return a.agent === b.agent && armKey(a.arm.arm) === armKey(b.arm.arm)
}
