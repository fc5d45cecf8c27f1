import { z } from 'zod'
import { IntervalMethod } from '../../records/estimate.ts'
import { Effort, type Generation } from '../../records/model.ts'
import { MaxInvalid } from '../../records/study.ts'
import { printable } from '../../support/choices.ts'
import { UsageError } from '../../support/errors.ts'
import { names } from '../option-parsers.ts'
import { ReachOptions } from '../options/model-options.ts'
import { choiceOfPlan } from '../plan/choice-of-plan.ts'
import { readLockedPlan } from '../plan/locked-plan.ts'
import { choiceOfReplay, isReplayAlone } from './choice-of-replay.ts'
import { isModulePath } from './load-module.ts'
import { readStudyFile } from './read-study-file.ts'
import { readStudyModule } from './read-study-module.ts'
import { StoppingFlags, stoppingChoice, stoppingPlaces } from './stopping-flags.ts'
import { mergeChoices, type StudyChoice } from './study-choice.ts'

/** The flags of `run`, as its parsers leave them. */
export const RunOptions = z.object({
  ...ReachOptions.shape,
  ...StoppingFlags.shape,
  agent: z.array(z.string()).optional(),
  model: z.array(z.string()).optional(),
  arm: z.array(z.tuple([z.string(), z.string()])).optional(),
  preset: z.array(z.string()).optional(),
  trials: z.number().optional(),
  sandbox: z.string().optional(),
  plan: z.string().optional(),
  seed: z.number().optional(),
  sharedSeeds: z.boolean().optional(),
  setting: z.array(z.tuple([z.string(), z.string()])).optional(),
  wording: z.string().optional(),
  maxSandboxes: z.number().optional(),
  turnLimit: z.number().optional(),
  tokenLimit: z.number().optional(),
  timeLimit: z.number().optional(),
  maxInvalid: MaxInvalid.optional(),
  temperature: z.number().optional(),
  topP: z.number().optional(),
  topK: z.number().optional(),
  maxTokens: z.number().optional(),
  modelSeed: z.number().optional(),
  reasoningEffort: Effort.optional(),
  reasoningTokens: z.number().optional(),
  endpoint: z.string().optional(),
  interval: IntervalMethod.optional(),
  level: z.number().optional(),
  runs: z.string(),
  json: z.boolean().optional(),
  dryRun: z.boolean().optional(),
  yes: z.boolean().optional(),
})
export type RunOptions = z.infer<typeof RunOptions>

/**
 * What a command line asks for: by flags alone, or by flags over a study file, over a locked plan or over the run that is
 * played back.
 *
 * @throws UsageError
 */
export async function askedFor(
  target: string | undefined,
  options: RunOptions,
): Promise<StudyChoice> {
  const choice = await withoutStopping(target, options)
  return {
    ...choice,
    stopping: stoppingChoice(choice.stopping, options),
    places: stoppingPlaces(options, choice.places),
  }
}

async function withoutStopping(
  target: string | undefined,
  options: RunOptions,
): Promise<StudyChoice> {
  const flags = choiceOfFlags(options)
  const file = options.plan ?? (target?.endsWith('.json') ? target : undefined)
  if (file !== undefined) {
    return overPlan(file, { scenario: file === target ? undefined : target, flags, options })
  }
  if (target !== undefined && /\.ya?ml$/.test(target)) {
    return mergeChoices(await readStudyFile(target), flags)
  }
  if (target !== undefined && isModulePath(target)) {
    const study = await readStudyModule(target)
    if (study !== null) return mergeChoices(study, flags)
  }
  const named = { ...flags, scenario: target }
  if (!isReplayAlone(flags.agents)) return named
  const [agent] = flags.agents
  const played = await choiceOfReplay(agent, { folder: options.runs, scenario: target })
  return mergeChoices(played, named)
}

/** @param given.scenario a module that the plan names, named by the user as well */
async function overPlan(
  file: string,
  given: {
    readonly scenario: string | undefined
    readonly flags: StudyChoice
    readonly options: RunOptions
  },
): Promise<StudyChoice> {
  const { scenario, flags, options } = given
  const plan = await readLockedPlan(file)
  const said = Object.entries(flags).filter(
    ([, value]) => value !== undefined && !(typeof value === 'object' && isEmpty(value)),
  )
  if (said.some(([name]) => name === 'generation') && flags.agents === undefined) {
    throw new UsageError(
      `Cannot change settings of models that are locked in plan "${printable(file)}": name the models as well, or lock another plan`,
    )
  }
  const isStopChanged = Object.keys(StoppingFlags.shape).some(
    (name) => Reflect.get(options, name) !== undefined,
  )
  return {
    ...mergeChoices(choiceOfPlan(plan, { file, scenario }), flags),
    locked: { plan, file, isChanged: said.length > 0 || isStopChanged },
  }
}

function isEmpty(value: object | null): boolean {
  return value !== null && Object.keys(value).length === 0
}

function choiceOfFlags(options: RunOptions): StudyChoice {
  const agents = [
    ...(options.agent ?? []),
    ...(options.model ?? []).map((model) => `model:${model}`),
  ]
  const limits = {
    ...(options.turnLimit === undefined ? {} : { turns: options.turnLimit }),
    ...(options.tokenLimit === undefined ? {} : { tokens: options.tokenLimit }),
    ...(options.timeLimit === undefined ? {} : { trialMs: options.timeLimit * 1_000 }),
  }
  return {
    agents: agents.length === 0 ? undefined : agents,
    factors: options.arm && factorsOf(options.arm),
    presets: options.preset,
    settings: Object.fromEntries(
      (options.setting ?? []).map(([name, text]) => [name, valueOf(text)]),
    ),
    trials: options.trials,
    seed: options.seed,
    sharedSeeds: options.sharedSeeds,
    sandbox: options.sandbox,
    endpoint: options.endpoint,
    interval: options.interval,
    level: options.level,
    limits,
    wording: options.wording,
    maxInvalid: options.maxInvalid,
    maxCostUsd: options.maxCost,
    generation: generationOf(options),
  }
}

function generationOf(options: RunOptions): Generation {
  const { temperature, topP, topK, maxTokens, modelSeed, reasoningEffort, reasoningTokens } =
    options
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(topK === undefined ? {} : { topK }),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(modelSeed === undefined ? {} : { seed: modelSeed }),
    ...(reasoningEffort === undefined ? {} : { effort: reasoningEffort }),
    ...(reasoningTokens === undefined ? {} : { reasoningTokens }),
  }
}

/** `--arm f=a --arm f=b` says the same as `--arm f=a,b`. */
function factorsOf(arms: readonly (readonly [string, string])[]): Record<string, string[]> {
  // Names are the user's: an object has properties of its own, `constructor` among them.
  const factors = new Map<string, string[]>()
  for (const [factor, text] of arms) {
    const levels = names('--arm')(text)
    factors.set(factor, [...(factors.get(factor) ?? []), ...levels])
  }
  return Object.fromEntries(factors)
}

/** Numbers and truth values as YAML would read them; what is neither is text, and the scenario says if it will not do. */
function valueOf(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
}
