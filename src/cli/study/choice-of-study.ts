import { dirname, join } from 'node:path'
import { z } from 'zod'
import type { MaxInvalid } from '../../records/study.ts'
import { StudyFile } from '../../records/study.ts'
import { sandboxes } from '../../sandboxes/catalog.ts'
import { scenarios } from '../../scenarios/catalog.ts'
import { UsageError } from '../../support/errors.ts'
import type { ReadYaml } from '../../support/read-yaml.ts'
import { placing, placingAt, ValueFault } from '../../support/value-fault.ts'
import { maxInvalid } from '../option-parsers.ts'
import { checkDeclared } from './check-declared.ts'
import { isModulePath } from './load-module.ts'
import { loadScenario } from './load-scenario.ts'
import { choicesOf } from './scenario-choices.ts'
import type { ComparisonsChoice, StudyChoice } from './study-choice.ts'

/** A study that a user has written down, and where what in it stands. */
export type WrittenStudy = Pick<ReadYaml<StudyFile>, 'value' | 'check' | 'fault'>

/**
 * What a user has declared in a file or a module. Paths in it are relative to that; agents are named as on the command line.
 *
 * @throws UsageError with the place, also for levels, presets, texts and settings that its scenario does not have, and for
 *   what contradicts itself
 */
export async function choiceOfStudy(path: string, written: WrittenStudy): Promise<StudyChoice> {
  const { value } = written
  const beside = (file: string): string => join(dirname(path), file)
  const isModule = isModulePath(value.scenario)
  const known = StudyFile.extend({
    scenario: isModule ? z.string() : z.enum(scenarios.map(({ id }) => id)),
    sandbox: z.enum(sandboxes.map(({ id }) => id)).optional(),
  })
  written.check(known)
  const name = isModule ? beside(value.scenario) : value.scenario
  const scenario = await placingAt(written, ['scenario'], () => loadScenario(name))
  written.check(known.extend(choicesOf(scenario, value)))
  placing(written, () => checkDeclared(value, scenario))

  const { arms, wording, maxInvalid: most, maxCost, comparisons, ...rest } = value
  return {
    ...rest,
    ...(most === undefined ? {} : { maxInvalid: placing(written, () => readMaxInvalid(most)) }),
    ...(maxCost === undefined ? {} : { maxCostUsd: maxCost }),
    ...armsChoice(arms),
    ...(typeof wording === 'string' ? { wording: beside(wording) } : {}),
    ...(typeof wording === 'object' ? { texts: wording } : {}),
    ...(comparisons === undefined ? {} : { comparisons: familyOf(comparisons) }),
    scenario: name,
    agentsFolder: dirname(path),
    places: { fault: written.fault },
  }
}

function armsChoice(arms: StudyFile['arms']): Pick<StudyChoice, 'factors' | 'listed'> {
  if (arms === undefined) return {}
  if (Array.isArray(arms)) return { listed: arms }
  const levels = Object.entries(arms).map(([factor, given]) => [factor, [given].flat()])
  return { factors: Object.fromEntries(levels) }
}

function familyOf(written: NonNullable<StudyFile['comparisons']>): ComparisonsChoice {
  return Array.isArray(written)
    ? { of: written, path: ['comparisons'] }
    : { ...written, path: ['comparisons', 'of'] }
}

function readMaxInvalid(written: number | string): MaxInvalid {
  try {
    return maxInvalid('"maxInvalid"')(`${written}`)
  } catch (error) {
    throw error instanceof UsageError ? new ValueFault(['maxInvalid'], error.message) : error
  }
}
