import type { Arm } from '../../records/arm.ts'
import type { StudyFile } from '../../records/study.ts'
import type { Scenario } from '../../scenarios/scenario.ts'
import { armKey } from '../../support/cell-key.ts'
import { printable } from '../../support/choices.ts'
import { UsageError } from '../../support/errors.ts'
import { pathText, ValueFault } from '../../support/value-fault.ts'
import { defaultArm, type ResolvedArm, resolveArms } from '../../trials/resolve-cells.ts'

/** Whether the arms of a study are different ones, can be told, and are what they are said to be. @throws ValueFault */
export function checkArms(study: StudyFile, scenario: Scenario): void {
  checkRepeatedLevels(study.arms)
  const arms = armsOf(study, scenario)
  checkRepeated(arms)
  checkNames(arms, scenario)
  for (const each of arms) {
    checkTold(each, study, scenario)
    if (each.isBeside && !isControl(each.arm, scenario)) {
      throw new ValueFault(
        each.path,
        `this arm is no control: nothing is expected of it beforehand, it measures no capability and puts no object at stake (controls among the presets: ${controlPresets(scenario).join(', ')})`,
      )
    }
  }
}

function armsOf({ arms, presets, controls }: StudyFile, scenario: Scenario): ResolvedArm[] {
  const isList = Array.isArray(arms)
  const factors = isList ? {} : (arms ?? {})
  return resolveArms(scenario, {
    factors: Object.fromEntries(
      Object.entries(factors).map(([factor, levels]) => [factor, [levels].flat()]),
    ),
    presets: presets ?? [],
    listed: isList ? arms : undefined,
    controls,
  })
}

function checkRepeatedLevels(arms: StudyFile['arms']): void {
  if (arms === undefined || Array.isArray(arms)) return
  for (const [factor, written] of Object.entries(arms)) {
    const levels = [written].flat()
    const twice = levels.findIndex((level, index) => levels.indexOf(level) < index)
    if (twice >= 0) {
      throw new ValueFault(['arms', factor, twice], 'this level stands here a second time')
    }
  }
}

function checkRepeated(arms: readonly ResolvedArm[]): void {
  const seen = new Map<string, ResolvedArm>()
  for (const each of arms) {
    const identity = armKey(each.arm)
    const same = seen.get(identity)
    if (same !== undefined) {
      throw new ValueFault(
        each.path,
        `this is the same arm as ${pathText(same.path)}: each is run once`,
      )
    }
    seen.set(identity, each)
  }
}

function checkNames(arms: readonly ResolvedArm[], { presets }: Scenario): void {
  const names = arms.map(({ name }) => name)
  for (const [index, { name, preset, path }] of arms.entries()) {
    if (name === null) continue
    if (names.indexOf(name) < index) {
      throw new ValueFault([...path, 'name'], `another arm is called "${printable(name)}" already`)
    }
    if (Object.hasOwn(presets, name) && preset !== name) {
      throw new ValueFault(
        [...path, 'name'],
        `a preset is called "${printable(name)}", and this is another arm: choose another name`,
      )
    }
  }
}

/** Levels may contradict each other: no messages can be made of them. */
function checkTold({ arm, path }: ResolvedArm, study: StudyFile, scenario: Scenario): void {
  try {
    scenario.render(arm, scenario.settings.parse(study.settings ?? {}), scenario.texts)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    throw new ValueFault(path, error.message)
  }
}

function isControl(arm: Arm, scenario: Scenario): boolean {
  return scenario.controlArm(arm) !== null || isObjectArm(arm, scenario)
}

/** One that puts an object at stake in the agent's place. */
function isObjectArm(arm: Arm, { objectArm }: Scenario): boolean {
  return objectArm !== undefined && objectArm(arm) === null
}

function controlPresets(scenario: Scenario): string[] {
  return Object.entries(scenario.presets).flatMap(([name, { arm }]) =>
    isControl({ ...defaultArm(scenario), ...arm }, scenario) ? [name] : [],
  )
}
