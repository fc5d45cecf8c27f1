import type { Aim } from '../../records/analysis.ts'
import type { EndpointRule } from '../../records/endpoint.ts'
import type { IntervalMethod } from '../../records/estimate.ts'
import type { Limits } from '../../records/limits.ts'
import type { Generation } from '../../records/model.ts'
import type { LockedPlan } from '../../records/plan.ts'
import type {
  ComparisonFamily,
  MaxInvalid,
  StoppingChoice,
  WordingFile,
} from '../../records/study.ts'
import type { Places, ValuePath } from '../../support/value-fault.ts'
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
  /** What is held of those agents, by name: they are made from that, and not from files of theirs. */
  readonly recorded?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined
  /** Where relative paths in their names begin. @default the current directory */
  readonly agentsFolder?: string | undefined
  readonly factors?: Readonly<Record<string, readonly string[]>> | undefined
  readonly presets?: readonly string[] | undefined
  /** Arms written out, beside those. */
  readonly listed?: ArmChoice['listed']
  /** Further arms that say how to read the others. */
  readonly controls?: ArmChoice['controls']
  /** Arms one by one, in place of factors, presets and those that are written out. */
  readonly arms?: ArmChoice['arms']
  readonly settings?: Readonly<Record<string, unknown>> | undefined
  readonly trials?: number | undefined
  readonly seed?: number | undefined
  readonly sharedSeeds?: boolean | undefined
  readonly sandbox?: string | undefined
  readonly endpoint?: string | undefined
  /** Endpoints of the study's own, by name. */
  readonly endpoints?: Readonly<Record<string, EndpointRule>> | undefined
  readonly interval?: IntervalMethod | undefined
  readonly level?: number | undefined
  readonly comparisons?: ComparisonsChoice | undefined
  readonly stopping?: StoppingChoice | undefined
  readonly aims?: readonly Aim[] | undefined
  readonly limits?: LimitsChoice | undefined
  /** Path of a wording file. */
  readonly wording?: string | undefined
  /** What such a file would hold, where there is none. */
  readonly texts?: WordingFile | undefined
  readonly maxInvalid?: MaxInvalid | undefined
  readonly maxCostUsd?: number | undefined
  readonly generation?: Generation | undefined
  /** Where what was written down stands; absent where nothing was. */
  readonly places?: Places | undefined
  /** The plan that it was locked in, and whether flags ask for something else. */
  readonly locked?:
    | { readonly plan: LockedPlan; readonly file: string; readonly isChanged: boolean }
    | undefined
  /** What of what was written down flags have replaced. */
  readonly replaced?: readonly ('arms' | 'agents' | 'trials' | 'wording')[] | undefined
}

/** A study's comparisons, and where their list stands in its file. */
export interface ComparisonsChoice extends ComparisonFamily {
  readonly path: ValuePath
}

/**
 * Flags win over the file. Settings, limits and those of generation are taken one by one; arms and presets as a whole, since half of each
 * would be a study that nobody has written. Controls stay beside whatever arms there are.
 */
export function mergeChoices(file: StudyChoice, flags: StudyChoice): StudyChoice {
  const given = Object.fromEntries(
    Object.entries(flags).filter(([, value]) => value !== undefined),
  ) as StudyChoice
  const hasArms = flags.factors !== undefined || flags.presets !== undefined
  const arms = hasArms
    ? { factors: flags.factors, presets: flags.presets, listed: undefined, arms: undefined }
    : {}
  const replaced = [
    ...(hasArms ? (['arms'] as const) : []),
    ...(flags.agents === undefined ? [] : (['agents'] as const)),
    ...(flags.trials === undefined ? [] : (['trials'] as const)),
    ...(flags.wording === undefined ? [] : (['wording'] as const)),
  ]
  return {
    ...file,
    ...given,
    ...arms,
    ...(flags.agents === undefined ? {} : { agentsFolder: undefined, recorded: undefined }),
    ...(file.places === undefined && file.recorded === undefined ? {} : { replaced }),
    settings: { ...file.settings, ...flags.settings },
    limits: { ...file.limits, ...flags.limits },
    generation: { ...file.generation, ...flags.generation },
  }
}
