import type { Arm } from '../records/arm.ts'
import { armKey, cellKey } from '../support/cell-key.ts'
import { armText, type CellLabels, labelCells } from './arm-label.ts'
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

/** The pairs that a run's study declares. A cell of which no trial is stored yet takes part without trials. */
export function declaredPairs(run: ComparedRun): CellPair[] {
  const groups = new Map(cellGroups(run).map((group) => [cellKey(group), group]))
  return (run.study.comparisons?.pairs ?? []).flatMap(({ label, first, second }) => {
    const [a, b] = [groups.get(cellKey(first)), groups.get(cellKey(second))]
    return a === undefined || b === undefined ? [] : [pairOf(label, a, b, groups)]
  })
}

/**
 * Of each agent all pairs of arms that differ in one factor, where one has that factor at its default, or at the first of its
 * levels that was run. An arm that differs from all others in more is paired with the agent's first.
 */
export function armPairs(run: ComparedRun, defaultArm: Arm | null): Pairs {
  const all = cellGroups(run)
  const groups = subjects(all)
  const byKey = new Map(all.map((group) => [cellKey(group), group]))
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
        pairs.push(pairOf(armsLabel(first, second, labels), first, second, byKey))
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
export function agentPairs(run: ComparedRun): Pairs {
  const groups = subjects(cellGroups(run))
  const byKey = new Map(cellGroups(run).map((group) => [cellKey(group), group]))
  const labels = labelCells(groups)
  const pairs: CellPair[] = []
  const alone: CellGroup[] = []
  for (const own of Map.groupBy(groups, ({ arm }) => armKey(arm)).values()) {
    const [only] = own
    if (only !== undefined && own.length === 1) alone.push(only)
    own.forEach((first, place) => {
      for (const second of own.slice(place + 1)) {
        const where = labels.arm(first)
        const label = `${labels.agent(first)} against ${labels.agent(second)}${where === '' ? '' : `, ${where}`}`
        pairs.push(pairOf(label, first, second, byKey))
      }
    })
  }
  return { pairs, alone }
}

/**
 * The cells of the later run against those of the earlier one, by agent and arm; where each has one agent and they are not the
 * same, by arm alone: then it is the agents that are compared.
 */
export function runPairs(later: ComparedRun, earlier: ComparedRun): Pairs {
  const [after, before] = [subjects(cellGroups(later)), subjects(cellGroups(earlier))]
  const byArm = isOneEach(after, before)
  const keyOf = (group: CellGroup): string => (byArm ? armKey(group.arm) : cellKey(group))
  const known = new Map(before.map((group) => [keyOf(group), group]))
  const all = new Map(cellGroups(later).map((group) => [cellKey(group), group]))
  const allBefore = new Map(cellGroups(earlier).map((group) => [cellKey(group), group]))
  const labels = labelCells([...after, ...before])
  const names = { later: later.notes.runName, earlier: earlier.notes.runName }
  const pairs = after.flatMap((first) => {
    const second = known.get(keyOf(first))
    if (second === undefined) return []
    const where = labels.arm(first)
    const who = byArm
      ? `${labels.agent(first)} against ${labels.agent(second)}`
      : `${labels.agent(first)}: ${names.later} against ${names.earlier}`
    return [pairOf(`${who}${where === '' ? '' : `, ${where}`}`, first, second, all, allBefore)]
  })
  const paired = new Set(pairs.flatMap(({ first, second }) => [first, second]))
  return { pairs, alone: [...after, ...before].filter((group) => !paired.has(group)) }
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

function pairOf(
  label: string,
  first: CellGroup,
  second: CellGroup,
  groups: ReadonlyMap<string, CellGroup>,
  groupsOfSecond = groups,
): CellPair {
  const objects = [objectOf(first, groups), objectOf(second, groupsOfSecond)] as const
  const [a, b] = objects
  return {
    label,
    first,
    second,
    against: a === null || b === null || a === b ? null : { first: a, second: b },
    paired: null,
  }
}

function objectOf(group: CellGroup, groups: ReadonlyMap<string, CellGroup>): CellGroup | null {
  const arm = group.run.notes.objectArm(group.arm)
  return (arm && groups.get(cellKey({ agent: group.agent, arm }))) ?? null
}
