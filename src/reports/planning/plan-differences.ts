import type { Aim, CellName, Comparison } from '../../records/analysis.ts'
import type { LockedPlan } from '../../records/plan.ts'
import type { RunHeader, RunReport } from '../../records/run.ts'
import type { Study } from '../../records/study.ts'
import { labelCells } from '../arm-label.ts'

/**
 * One sentence for everything in which what was run differs from what was declared. Empty: nothing does. Names in it are not
 * escaped.
 */
export function planDifferences(
  plan: LockedPlan,
  { study, versions }: Pick<RunHeader, 'study' | 'versions'>,
): string[] {
  const locked = plan.study
  const run = study
  return [
    ...changed('Scenario', scenarioText(locked), scenarioText(run)),
    ...cellDifferences(locked, run),
    ...agentDifferences(locked, run),
    ...textDifferences(plan, { study, versions }),
    ...changed('Trials per cell', locked.trials, run.trials),
    ...changed('Seed', locked.seed, run.seed),
    ...changed('Shared seeds', yesNo(locked.sharedSeeds), yesNo(run.sharedSeeds)),
    ...changed('Sandbox', locked.sandbox, run.sandbox),
    ...changed('Endpoint', locked.endpoint, run.endpoint),
    ...ownEndpoints(locked, run),
    ...changed('Interval', locked.interval, run.interval),
    ...changed('Level', locked.level, run.level),
    ...comparisonDifferences(locked, run),
    ...changed('Stopping rule', stoppingText(locked), stoppingText(run)),
    ...changed('Aims', aimsText(locked.aims), aimsText(run.aims)),
    ...changed('Settings of the scenario', json(locked.settings), json(run.settings)),
    ...changed('Limits', ...onlyOther(locked.limits, run.limits)),
    ...changed('Share of invalid trials', json(locked.maxInvalid), json(run.maxInvalid)),
    ...changed('Cap', capText(locked), capText(run)),
    ...changed('Offswitch', plan.offswitch, versions['offswitch'] ?? 'unknown'),
  ]
}

/** What a report adds: trials that nobody declared. */
export function reportDifferences(report: RunReport, study: Study): string[] {
  const isPlanned = (cell: CellName): boolean =>
    study.cells.some((planned) => keyOf(planned) === keyOf(cell))
  const strange = report.cells.filter((cell) => !isPlanned(cell))
  const nameOf = cellNames([...study.cells, ...report.cells])
  const counts = Map.groupBy(report.cells.filter(isPlanned), keyOf)
  const more = [...counts.values()].filter(
    (parts) =>
      study.stopping === undefined &&
      parts.reduce((sum, { trials }) => sum + trials, 0) > study.trials,
  )
  return [
    ...strange.map((cell) => `Not declared, and run: ${nameOf(cell)}.`),
    ...more.flatMap(([cell]) =>
      cell === undefined ? [] : [`More trials than declared: ${nameOf(cell)}.`],
    ),
  ]
}

function changed<T extends string | number>(what: string, declared: T, run: T): string[] {
  return declared === run ? [] : [`${what}: ${declared} was declared, ${run} was run.`]
}

/** More names than this are counted. */
const NAMED_MAX = 6

function listed(what: string, names: readonly string[]): string[] {
  if (names.length === 0) return []
  const shown = names.slice(0, NAMED_MAX).join('; ')
  const more = names.length > NAMED_MAX ? `; and ${names.length - NAMED_MAX} more` : ''
  return [`${what}: ${shown}${more}.`]
}

function cellDifferences(locked: Study, run: Study): string[] {
  const lockedKeys = new Set(locked.cells.map(keyOf))
  const runKeys = new Set(run.cells.map(keyOf))
  const added = run.cells.filter((cell) => !lockedKeys.has(keyOf(cell)))
  const left = locked.cells.filter((cell) => !runKeys.has(keyOf(cell)))
  const name = cellNames([...locked.cells, ...run.cells])
  return [
    ...listed('Added to what was declared', added.map(name)),
    ...listed('Declared and left out', left.map(name)),
  ]
}

function agentDifferences(locked: Study, run: Study): string[] {
  const other = Object.keys(locked.agents).filter(
    (name) =>
      run.agents[name] !== undefined && json(locked.agents[name]) !== json(run.agents[name]),
  )
  return listed('Agents that are not what was declared (script, model or settings)', other)
}

function textDifferences(
  plan: LockedPlan,
  { study, versions }: Pick<RunHeader, 'study' | 'versions'>,
): string[] {
  const wording = json(plan.study.wording) !== json(study.wording)
  if (wording) return ['Wording: other texts were run than were declared.']
  // The hash is of all cells together: with other cells it says nothing about the texts.
  const isSameCells =
    plan.study.cells.map(keyOf).join() === study.cells.map(keyOf).join() &&
    json(plan.study.settings) === json(study.settings)
  return isSameCells && versions['arms'] !== undefined && versions['arms'] !== plan.arms
    ? ['Texts or files of the arms: they are not those that were declared.']
    : []
}

function ownEndpoints(locked: Study, run: Study): string[] {
  const names = [
    ...new Set([...Object.keys(locked.endpoints ?? {}), ...Object.keys(run.endpoints ?? {})]),
  ].filter((name) => json(locked.endpoints?.[name]) !== json(run.endpoints?.[name]))
  return listed('Endpoints of the study’s own whose rule is not the one declared', names)
}

function comparisonDifferences(locked: Study, run: Study): string[] {
  const pairsOf = (study: Study): readonly Comparison[] => study.comparisons?.pairs ?? []
  const has = (study: Study, pair: Comparison): boolean =>
    pairsOf(study).some((other) => pairKey(other) === pairKey(pair))
  const labels = (pairs: readonly Comparison[]): string[] => pairs.map(({ label }) => label)
  return [
    ...listed(
      'Comparisons that were not declared',
      labels(pairsOf(run).filter((pair) => !has(locked, pair))),
    ),
    ...listed(
      'Comparisons that were declared and are left out',
      labels(pairsOf(locked).filter((pair) => !has(run, pair))),
    ),
    ...(locked.comparisons === undefined || run.comparisons === undefined
      ? []
      : [
          ...changed(
            'Adjustment of comparisons',
            locked.comparisons.adjust,
            run.comparisons.adjust,
          ),
          ...changed('Test of comparisons', locked.comparisons.test, run.comparisons.test),
        ]),
  ]
}

function pairKey({ first, second }: Comparison): string {
  return `${keyOf(first)}|${keyOf(second)}`
}

function keyOf({ agent, arm }: CellName): string {
  return json([agent, arm])
}

/** By the agent, and by what sets its arm apart from the others. */
function cellNames(cells: readonly CellName[]): (cell: CellName) => string {
  const labels = labelCells(cells.map((cell) => ({ ...cell, preset: null })))
  return ({ agent, arm }) => {
    const label = labels.arm({ arm, preset: null })
    return label === '' ? agent : `${agent} in ${label}`
  }
}

function scenarioText({ scenario }: Study): string {
  return `${scenario.id}, version ${scenario.version}`
}

function stoppingText({ stopping }: Study): string {
  if (stopping === undefined) return 'none'
  const { when, every, least, most, split } = stopping
  const goal =
    when.goal === 'width'
      ? `width ${when.width}`
      : when.goal === 'rate'
        ? `rate ${when.rate}`
        : 'difference'
  return `${goal} (looks every ${every}, from ${least} to ${most} trials, level ${split ? 'split' : 'not split'})`
}

function aimsText(aims: readonly Aim[] | undefined): string {
  return aims === undefined || aims.length === 0 ? 'none' : json(aims)
}

function capText({ maxCostUsd }: Study): string {
  return maxCostUsd === null ? 'none' : `${maxCostUsd} USD`
}

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no'
}

/** Of two values with the same keys, what is not the same in both. */
function onlyOther(one: object, other: object): [string, string] {
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])].filter(
    (key) => json(Reflect.get(one, key)) !== json(Reflect.get(other, key)),
  )
  const text = (value: object): string =>
    keys.map((key) => `${key} ${json(Reflect.get(value, key))}`).join(', ')
  return [text(one), text(other)]
}

/** Equal values read alike, in whatever order their keys were written. */
function json(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner: unknown) =>
      inner !== null && typeof inner === 'object' && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ) ?? 'nothing'
  )
}
