import { dirname, join } from 'node:path'
import { z } from 'zod'
import { StudyFile } from '../../records/study.ts'
import { sandboxes } from '../../sandboxes/catalog.ts'
import { scenarios } from '../../scenarios/catalog.ts'
import type { Scenario } from '../../scenarios/scenario.ts'
import { parseYaml, readYamlFile } from '../../support/read-yaml.ts'
import { maxInvalid } from '../option-parsers.ts'
import { isModulePath, loadScenario } from './load-scenario.ts'
import type { StudyChoice } from './study-choice.ts'

/**
 * Reads a study that a user has written down. The paths of its wording and of a scenario of its own are relative to the
 * file; agents are named as on the command line.
 *
 * @throws UsageError with the place in the file, also for levels, presets and settings that its scenario does not have
 */
export async function readStudyFile(path: string): Promise<StudyChoice> {
  const { text, value } = await readYamlFile(path, StudyFile, { what: 'study' })
  const beside = (file: string): string => join(dirname(path), file)
  const isModule = isModulePath(value.scenario)
  const known = StudyFile.extend({
    scenario: isModule ? z.string() : z.enum(scenarios.map(({ id }) => id)),
    sandbox: z.enum(sandboxes.map(({ id }) => id)).optional(),
  })
  parseYaml(text, path, known)
  const scenario = isModule ? beside(value.scenario) : value.scenario
  parseYaml(text, path, known.extend(choicesOf(await loadScenario(scenario), value)))

  const { arms, wording, maxInvalid: most, maxCost, ...rest } = value
  return {
    ...rest,
    ...(most === undefined
      ? {}
      : { maxInvalid: maxInvalid(`"maxInvalid" in study ${path}:`)(`${most}`) }),
    ...(maxCost === undefined ? {} : { maxCostUsd: maxCost }),
    scenario,
    factors:
      arms &&
      Object.fromEntries(Object.entries(arms).map(([factor, levels]) => [factor, [levels].flat()])),
    wording: wording === undefined ? undefined : beside(wording),
  }
}

/** What may stand in a study of this scenario. One level or a list is asked for as it was written, so that messages name it. */
function choicesOf({ factors, presets, settings }: Scenario, written: StudyFile) {
  const arms = Object.entries(factors).map(([name, { levels }]) => {
    const level = z.enum(Object.keys(levels))
    const given = written.arms?.[name]
    return [name, (Array.isArray(given) ? z.array(level).min(1) : level).optional()]
  })
  return {
    arms: z.strictObject(Object.fromEntries(arms)).optional(),
    presets: z
      .array(z.enum(Object.keys(presets)))
      .min(1)
      .optional(),
    settings: settings.optional(),
  }
}
