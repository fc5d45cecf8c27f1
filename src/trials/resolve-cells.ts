import type { Arm } from '../records/arm.ts'
import type { Cell } from '../records/study.ts'
import type { Scenario } from '../scenarios/scenario.ts'
import { unknownChoice } from '../support/choices.ts'
import { UsageError } from '../support/errors.ts'

/** More cells than this is a mistake in crossing, not a study. */
const CELLS_MAX = 10_000

/** What a user may say of arms: factors to cross, and presets to list. */
export interface ArmChoice {
  readonly factors: Readonly<Record<string, readonly string[]>>
  readonly presets: readonly string[]
  /** Arms one by one, with the preset that each is, in place of all others. */
  readonly arms?: readonly Pick<Cell, 'arm' | 'preset'>[] | undefined
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
  return arms.flatMap(({ arm, preset }) =>
    agents.map((agent) => ({
      agent: agent.name,
      arm,
      preset,
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

function resolveArms(scenario: Scenario, choice: ArmChoice): { arm: Arm; preset: string | null }[] {
  if (choice.arms !== undefined) return choice.arms.map((each) => givenArm(scenario, each))
  checkFactors(scenario, choice.factors)
  const bases = choice.presets.map((name) => {
    const preset = scenario.presets[name]
    if (preset === undefined) throw unknownChoice('preset', name, Object.keys(scenario.presets))
    return { arm: { ...defaultArm(scenario), ...preset.arm }, preset: name }
  })
  const starts = bases.length > 0 ? bases : [{ arm: defaultArm(scenario), preset: null }]
  const crossed = cross(choice.factors)
  return starts.flatMap((start) =>
    crossed.map((levels) => ({
      arm: { ...start.arm, ...levels },
      // A preset with a factor laid over it is no longer that preset.
      preset:
        Object.keys(levels).length === 0
          ? start.preset
          : presetOf(scenario, { ...start.arm, ...levels }),
    })),
  )
}

function givenArm(
  scenario: Scenario,
  { arm, preset }: Pick<Cell, 'arm' | 'preset'>,
): { arm: Arm; preset: string | null } {
  const levels = Object.entries(arm).map(([factor, level]) => [factor, [level]])
  checkFactors(scenario, Object.fromEntries(levels))
  const isKnown = preset !== null && Object.hasOwn(scenario.presets, preset)
  return { arm: { ...defaultArm(scenario), ...arm }, preset: isKnown ? preset : null }
}

function checkFactors(scenario: Scenario, factors: ArmChoice['factors']): void {
  for (const [name, levels] of Object.entries(factors)) {
    const factor = scenario.factors[name]
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
