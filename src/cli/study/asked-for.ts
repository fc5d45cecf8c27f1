import { z } from 'zod'
import { EndpointName } from '../../records/endpoint.ts'
import { IntervalMethod } from '../../records/estimate.ts'
import { Effort, type Generation } from '../../records/model.ts'
import { MaxInvalid } from '../../records/study.ts'
import { names } from '../option-parsers.ts'
import { ReachOptions } from '../options/model-options.ts'
import { choiceOfReplay, isReplayAlone } from './choice-of-replay.ts'
import { readStudyFile } from './read-study-file.ts'
import { mergeChoices, type StudyChoice } from './study-choice.ts'

/** The flags of `run`, as its parsers leave them. */
export const RunOptions = z.object({
  ...ReachOptions.shape,
  agent: z.array(z.string()).optional(),
  model: z.array(z.string()).optional(),
  arm: z.array(z.tuple([z.string(), z.string()])).optional(),
  preset: z.array(z.string()).optional(),
  trials: z.number().optional(),
  sandbox: z.string().optional(),
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
  endpoint: EndpointName.optional(),
  interval: IntervalMethod.optional(),
  level: z.number().optional(),
  runs: z.string(),
  json: z.boolean().optional(),
  dryRun: z.boolean().optional(),
  yes: z.boolean().optional(),
})
export type RunOptions = z.infer<typeof RunOptions>

/** What a command line asks for: by flags alone, or by flags over a study file or over the run that is played back. @throws UsageError */
export async function askedFor(
  target: string | undefined,
  options: RunOptions,
): Promise<StudyChoice> {
  const flags = choiceOfFlags(options)
  if (target !== undefined && /\.ya?ml$/.test(target)) {
    return mergeChoices(await readStudyFile(target), flags)
  }
  const named = { ...flags, scenario: target }
  if (!isReplayAlone(flags.agents)) return named
  const [agent] = flags.agents
  const played = await choiceOfReplay(agent, { folder: options.runs, scenario: target })
  return mergeChoices(played, named)
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
  const factors: Record<string, string[]> = {}
  for (const [factor, text] of arms) {
    const levels = names('--arm')(text)
    factors[factor] = [...(factors[factor] ?? []), ...levels]
  }
  return factors
}

/** Numbers and truth values as YAML would read them; what is neither is text, and the scenario says if it will not do. */
function valueOf(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
}
