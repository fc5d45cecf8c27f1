import type { IntervalMethod } from '../../records/estimate.ts'
import type { Limits } from '../../records/limits.ts'
import type { Generation } from '../../records/model.ts'
import type { MaxInvalid, WordingFile } from '../../records/study.ts'
import type { ArmChoice } from '../../trials/resolve-cells.ts'

/** Some of the limits. */
export type LimitsChoice = { readonly [Name in keyof Limits]?: Limits[Name] | undefined }

/** What a user has said of a study, in a file and by flags; what is left out is filled in later. */
export interface StudyChoice {
  readonly title?: string | undefined
  readonly notes?: string | undefined
  /** Id of a scenario, or the path of a module that exports one. */
  readonly scenario?: string | undefined
  readonly agents?: readonly string[] | undefined
  readonly factors?: Readonly<Record<string, readonly string[]>> | undefined
  readonly presets?: readonly string[] | undefined
  /** Arms one by one, in place of factors and presets. */
  readonly arms?: ArmChoice['arms']
  readonly settings?: Readonly<Record<string, unknown>> | undefined
  readonly trials?: number | undefined
  readonly seed?: number | undefined
  readonly sharedSeeds?: boolean | undefined
  readonly sandbox?: string | undefined
  readonly endpoint?: string | undefined
  readonly interval?: IntervalMethod | undefined
  readonly level?: number | undefined
  readonly limits?: LimitsChoice | undefined
  /** Path of a wording file. */
  readonly wording?: string | undefined
  /** What such a file would hold, where there is none. */
  readonly texts?: WordingFile | undefined
  readonly maxInvalid?: MaxInvalid | undefined
  readonly maxCostUsd?: number | undefined
  readonly generation?: Generation | undefined
}

/**
 * Flags win over the file. Settings, limits and those of generation are taken one by one; arms and presets as a whole, since half of each
 * would be a study that nobody has written.
 */
export function mergeChoices(file: StudyChoice, flags: StudyChoice): StudyChoice {
  const given = Object.fromEntries(
    Object.entries(flags).filter(([, value]) => value !== undefined),
  ) as StudyChoice
  const arms =
    flags.factors === undefined && flags.presets === undefined
      ? {}
      : { factors: flags.factors, presets: flags.presets, arms: undefined }
  return {
    ...file,
    ...given,
    ...arms,
    settings: { ...file.settings, ...flags.settings },
    limits: { ...file.limits, ...flags.limits },
    generation: { ...file.generation, ...flags.generation },
  }
}
