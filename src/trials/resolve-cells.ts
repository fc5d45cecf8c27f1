import type { Arm } from '../records/arm.ts'
import type { Cell, ListedArm } from '../records/study.ts'
import type { Scenario } from '../scenarios/scenario.ts'
import { unknownChoice } from '../support/choices.ts'
import { UsageError } from '../support/errors.ts'
import type { ValuePath } from '../support/value-fault.ts'

/** More cells than this is a mistake in crossing, not a study. */
const CELLS_MAX = 10_000

/** What a user may say of arms: factors to cross, presets to list, arms written out. With none of them, the default arm. */
export interface ArmChoice {
  readonly factors: Readonly<Record<string, readonly string[]>>
  readonly presets: readonly string[]
  /** Arms written out, beside those. */
  readonly listed?: readonly ListedArm[] | undefined
  /** Further arms, by preset or written out, that say how to read the others. */
  readonly controls?: readonly (string | ListedArm)[] | undefined
  /** Arms one by one, with the preset that each is, in place of all others. */
  readonly arms?: readonly Pick<Cell, 'arm' | 'preset' | 'name'>[] | undefined
}

/** An arm of a study, with all its levels. */
export interface ResolvedArm {
  readonly arm: Arm
  readonly preset: string | null
  /** What the study calls it. */
  readonly name: string | null
  /** It stands under `controls`: beside the others, and compared only by name. */
  readonly isBeside: boolean
  /** Where in the study file it was written. */
  readonly path: ValuePath
}

/** An agent as far as cells need it. */
export interface CellAgent {
  readonly name: string
  readonly control: boolean
  /** Its trials draw what those of the agent of this name drew. */
  readonly drawsOf?: string
}

/**
 * Crosses agents with the chosen arms. Factors that are not named take their default; with presets, named factors are
 * laid over each of them.
 *
 * @throws UsageError for an unknown factor, level or preset, with the valid ones.
 */
export function resolveCells(
  scenario: Scenario,
  choice: ArmChoice,
  agents: readonly CellAgent[],
): Cell[] {
  const arms = resolveArms(scenario, choice)
  const count = arms.length * agents.length
  if (count > CELLS_MAX) {
    throw new UsageError(`Cannot run ${count} cells in one study: the most is ${CELLS_MAX}`)
  }
  return arms.flatMap(({ arm, preset, name }) =>
    agents.map((agent) => ({
      agent: agent.name,
      arm,
      preset,
      ...(name === null ? {} : { name }),
      control: agent.control || scenario.controlArm(arm) !== null,
      ...(agent.drawsOf === undefined ? {} : { drawsOf: agent.drawsOf }),
    })),
  )
}

/** The arm in which every factor has its default level. */
export function defaultArm(scenario: Scenario): Arm {
  return Object.fromEntries(
    Object.entries(scenario.factors).map(([name, factor]) => [name, factor.default]),
  )
}

/** @throws UsageError for an unknown factor, level or preset, with the valid ones */
export function resolveArms(scenario: Scenario, choice: ArmChoice): ResolvedArm[] {
  const listed = (choice.listed ?? []).map((each, index) =>
    listedArm(scenario, each, ['arms', index]),
  )
  const isCrossed =
    choice.presets.length > 0 || Object.keys(choice.factors).length > 0 || listed.length === 0
  const main =
    choice.arms === undefined
      ? [...(isCrossed ? crossedArms(scenario, choice) : []), ...listed]
      : choice.arms.map((each, index) => givenArm(scenario, each, index))
  const beside = (choice.controls ?? []).map((each, index) => ({
    ...listedArm(scenario, typeof each === 'string' ? { preset: each } : each, ['controls', index]),
    isBeside: true,
  }))
  return [...main, ...beside]
}

function crossedArms(scenario: Scenario, choice: ArmChoice): ResolvedArm[] {
  checkFactors(scenario, choice.factors)
  const bases = choice.presets.map((name, index) => ({
    ...presetArm(scenario, name),
    path: ['presets', index],
  }))
  const starts =
    bases.length > 0 ? bases : [{ arm: defaultArm(scenario), preset: null, path: ['arms'] }]
  const crossed = cross(choice.factors)
  return starts.flatMap(({ arm: start, preset, path }) =>
    crossed.map((levels) => ({ ...laidOver(scenario, { start, preset, levels }), path })),
  )
}

function listedArm(scenario: Scenario, written: ListedArm, path: ValuePath): ResolvedArm {
  const { name, preset, ...levels } = written
  checkFactors(
    scenario,
    Object.fromEntries(Object.entries(levels).map(([factor, level]) => [factor, [level]])),
  )
  const base =
    preset === undefined ? { arm: defaultArm(scenario), preset: null } : presetArm(scenario, preset)
  return {
    ...laidOver(scenario, { start: base.arm, preset: base.preset, levels }),
    name: name ?? null,
    path,
  }
}

function presetArm(scenario: Scenario, name: string): { arm: Arm; preset: string } {
  const preset = Object.hasOwn(scenario.presets, name) ? scenario.presets[name] : undefined
  if (preset === undefined) throw unknownChoice('preset', name, Object.keys(scenario.presets))
  return { arm: { ...defaultArm(scenario), ...preset.arm }, preset: name }
}

function laidOver(
  scenario: Scenario,
  on: { readonly start: Arm; readonly preset: string | null; readonly levels: Arm },
): Omit<ResolvedArm, 'path'> {
  const arm = { ...on.start, ...on.levels }
  // A preset with a factor laid over it is no longer that preset.
  const preset = Object.keys(on.levels).length === 0 ? on.preset : presetOf(scenario, arm)
  return { arm, preset, name: null, isBeside: false }
}

function givenArm(
  scenario: Scenario,
  { arm, preset, name }: Pick<Cell, 'arm' | 'preset' | 'name'>,
  index: number,
): ResolvedArm {
  const levels = Object.entries(arm).map(([factor, level]) => [factor, [level]])
  checkFactors(scenario, Object.fromEntries(levels))
  const isKnown = preset !== null && Object.hasOwn(scenario.presets, preset)
  return {
    arm: { ...defaultArm(scenario), ...arm },
    preset: isKnown ? preset : null,
    name: name ?? null,
    isBeside: false,
    path: ['arms', index],
  }
}

function checkFactors(scenario: Scenario, factors: ArmChoice['factors']): void {
  for (const [name, levels] of Object.entries(factors)) {
    const factor = Object.hasOwn(scenario.factors, name) ? scenario.factors[name] : undefined
    if (factor === undefined) throw unknownChoice('factor', name, Object.keys(scenario.factors))
    for (const level of levels) {
      if (!Object.hasOwn(factor.levels, level)) {
        throw unknownChoice(`level of factor "${name}"`, level, Object.keys(factor.levels))
      }
    }
  }
}

function cross(factors: ArmChoice['factors']): Arm[] {
  let arms: Arm[] = [{}]
  for (const [name, levels] of Object.entries(factors)) {
    arms = arms.flatMap((arm) => [...new Set(levels)].map((level) => ({ ...arm, [name]: level })))
    if (arms.length > CELLS_MAX) break
  }
  return arms
}

function presetOf(scenario: Scenario, arm: Arm): string | null {
  const found = Object.entries(scenario.presets).find(([, preset]) => {
    const full = { ...defaultArm(scenario), ...preset.arm }
    return Object.entries(full).every(([factor, level]) => arm[factor] === level)
  })
  return found?.[0] ?? null
}
