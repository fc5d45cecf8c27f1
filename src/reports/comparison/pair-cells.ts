import type { Arm } from '../../records/arm.ts'
import { armKey, cellKey } from '../../support/cell-key.ts'
import { armText, type CellLabels, labelCells } from '../arm-label.ts'
import { type CellGroup, type ComparedRun, cellGroups } from './cell-group.ts'
import type { CellPair } from './compare-cells.ts'

/** What two cells of a pair differ in. */
export const PAIRINGS = ['declared', 'arms', 'agents', 'runs'] as const
export type Pairing = (typeof PAIRINGS)[number]

/** Cells to compare, and those for which there was no other. */
export interface Pairs {
  readonly pairs: readonly CellPair[]
  readonly alone: readonly CellGroup[]
}

/** Which cell of a pair stands first. By default the one that is looked at: another level than the default, the later run. */
export interface PairOrder {
  readonly reverse?: boolean | undefined
}

/** The pairs that a run's study declares. A cell of which no trial is stored yet takes part without trials. */
export function declaredPairs(run: ComparedRun): CellPair[] {
  const groups = cellGroups(run)
  const known = new Map(groups.map((group) => [cellKey(group), group]))
  const pairOf = pairing(groups, {})
  return (run.study.comparisons?.pairs ?? []).flatMap(({ label, first, second }) => {
    const [a, b] = [known.get(cellKey(first)), known.get(cellKey(second))]
    return a === undefined || b === undefined ? [] : [pairOf(a, b, () => label)]
  })
}

/**
 * Of each agent all pairs of arms that differ in one factor, where one has that factor at its default, or at the first of its
 * levels that was run. An arm that differs from all others in more is paired with the agent's first.
 */
export function armPairs(run: ComparedRun, defaultArm: Arm | null, order: PairOrder = {}): Pairs {
  const all = cellGroups(run)
  const groups = subjects(all)
  const pairOf = pairing(all, order)
  const bases = baseLevels(groups, defaultArm)
  const labels = labelCells(groups)
  const pairs: CellPair[] = []
  const alone: CellGroup[] = []
  for (const own of Map.groupBy(groups, ({ agent }) => agent).values()) {
    const [base] = own
    for (const first of own) {
      const minimal = own.filter((second) => isMinimal(first.arm, second.arm, bases))
      const isLeftOut =
        first !== base &&
        minimal.length === 0 &&
        !own.some(({ arm }) => isMinimal(arm, first.arm, bases))
      for (const second of isLeftOut && base !== undefined ? [base] : minimal) {
        pairs.push(pairOf(first, second, (a, b) => armsLabel(a, b, labels)))
      }
    }
    if (base !== undefined && own.length === 1) alone.push(base)
  }
  return { pairs, alone }
}

/** Of each factor the level that others are compared with. */
function baseLevels(groups: readonly CellGroup[], defaultArm: Arm | null): Arm {
  const bases: Arm = {}
  for (const { arm } of groups) {
    for (const [factor, level] of Object.entries(arm)) {
      if (bases[factor] === undefined || level === defaultArm?.[factor]) bases[factor] = level
    }
  }
  return bases
}

function isMinimal(arm: Arm, other: Arm, bases: Arm): boolean {
  const differing = differences(arm, other)
  const [factor] = differing
  return differing.length === 1 && factor !== undefined && other[factor] === bases[factor]
}

function differences(arm: Arm, other: Arm): string[] {
  return [...new Set([...Object.keys(arm), ...Object.keys(other)])].filter(
    (factor) => arm[factor] !== other[factor],
  )
}

/** `shy.yaml: instruction=allow against none, where target=self`. */
function armsLabel(first: CellGroup, second: CellGroup, labels: CellLabels): string {
  const differing = differences(first.arm, second.arm)
  const [factor = ''] = differing
  const agent = labels.agent(first)
  if (differing.length !== 1) return `${agent}: ${labels.arm(first)} against ${labels.arm(second)}`
  const shared = Object.entries(first.arm).filter(
    ([name]) => name !== factor && labels.shared[name] === undefined,
  )
  const where = shared.length === 0 ? '' : `, where ${armText(Object.fromEntries(shared))}`
  return `${agent}: ${factor}=${first.arm[factor]} against ${second.arm[factor]}${where}`
}

/** In each arm every two agents. */
export function agentPairs(run: ComparedRun, order: PairOrder = {}): Pairs {
  const all = cellGroups(run)
  const groups = subjects(all)
  const pairOf = pairing(all, order)
  const labels = labelCells(groups)
  const pairs: CellPair[] = []
  const alone: CellGroup[] = []
  for (const own of Map.groupBy(groups, ({ arm }) => armKey(arm)).values()) {
    const [only] = own
    if (only !== undefined && own.length === 1) alone.push(only)
    own.forEach((first, place) => {
      for (const second of own.slice(place + 1)) {
        pairs.push(pairOf(first, second, (a, b) => agentsLabel(a, b, labels)))
      }
    })
  }
  return { pairs, alone }
}

/** `openai/o3 against openai/gpt-5, instruction=allow`. */
function agentsLabel(first: CellGroup, second: CellGroup, labels: CellLabels): string {
  return `${labels.agent(first)} against ${labels.agent(second)}${whereText(first, labels)}`
}

function whereText(group: CellGroup, labels: CellLabels): string {
  const where = labels.arm(group)
  return where === '' ? '' : `, ${where}`
}

/**
 * The cells of the later run against those of the earlier one, by agent and arm; where each has one agent and they are not the
 * same, by arm alone: then it is the agents that are compared.
 */
export function runPairs(later: ComparedRun, earlier: ComparedRun, order: PairOrder = {}): Pairs {
  const all = { after: cellGroups(later), before: cellGroups(earlier) }
  const [after, before] = [subjects(all.after), subjects(all.before)]
  const byArm = isOneEach(after, before)
  const keyOf = (group: CellGroup): string => (byArm ? armKey(group.arm) : cellKey(group))
  const known = new Map(before.map((group) => [keyOf(group), group]))
  const labels = labelCells([...after, ...before])
  const labelOf = byArm ? agentsLabel : runsLabel
  const pairOf = pairing([...all.after, ...all.before], order)
  const pairs = after.flatMap((first) => {
    const second = known.get(keyOf(first))
    return second === undefined ? [] : [pairOf(first, second, (a, b) => labelOf(a, b, labels))]
  })
  const paired = new Set(pairs.flatMap(({ first, second }) => [first, second]))
  return { pairs, alone: [...after, ...before].filter((group) => !paired.has(group)) }
}

/** `script:a.yaml: m8p4q1 against k3x9f2, instruction=allow`. */
function runsLabel(first: CellGroup, second: CellGroup, labels: CellLabels): string {
  // A copy that was scored anew has the id of its run: then only their files tell them apart.
  const isCopy = first.run.report.run === second.run.report.run
  const [a, b] = [first, second].map(({ run }) => (isCopy ? run.notes.runName : run.report.run))
  return `${labels.agent(first)}: ${a} against ${b}${whereText(first, labels)}`
}

function isOneEach(after: readonly CellGroup[], before: readonly CellGroup[]): boolean {
  const [a, b] = [after, before].map((groups) => [...new Set(groups.map(({ agent }) => agent))])
  return a?.length === 1 && b?.length === 1 && a[0] !== b[0]
}

/** Controls are compared with nothing, unless there is nothing else. */
function subjects(groups: readonly CellGroup[]): CellGroup[] {
  const own = groups.filter(({ control }) => !control)
  return own.length > 0 ? own : [...groups]
}

/** Makes pairs of these cells, in one order throughout, each with its arms against an object where there are such. */
function pairing(
  groups: readonly CellGroup[],
  { reverse = false }: PairOrder,
): (
  first: CellGroup,
  second: CellGroup,
  labelOf: (first: CellGroup, second: CellGroup) => string,
) => CellPair {
  const keyOf = (run: ComparedRun, cell: Pick<CellGroup, 'agent' | 'arm'>): string =>
    `${run.report.run} ${cellKey(cell)}`
  const known = new Map(groups.map((group) => [keyOf(group.run, group), group]))
  const objectOf = ({ run, agent, arm: own }: CellGroup): CellGroup | null => {
    const arm = run.notes.objectArm(own)
    return (arm && known.get(keyOf(run, { agent, arm }))) ?? null
  }
  return (one, other, labelOf) => {
    const [first, second] = reverse ? [other, one] : [one, other]
    const [a, b] = [objectOf(first), objectOf(second)]
    return {
      label: labelOf(first, second),
      first,
      second,
      against: a === null || b === null || a === b ? null : { first: a, second: b },
      paired: null,
    }
  }
}
