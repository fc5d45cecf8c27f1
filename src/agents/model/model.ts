import { z } from 'zod'
import { Generation, type KnownModel } from '../../records/model.ts'
import { printable, unknownChoice } from '../../support/choices.ts'
import { UsageError } from '../../support/errors.ts'
import { type Agent, type AgentResources, defineAgent } from '../agent.ts'
import { agentCost } from './agent-cost.ts'
import { PATIENCE } from './ask-provider.ts'
import { baseUrlOf } from './base-url.ts'
import { generationOptions } from './generation-options.ts'
import { modelSession, type OpenedModel } from './model-session.ts'
import { parseModelName } from './parse-model-name.ts'
import type { Environment, LoadedProvider, Provider } from './provider.ts'

/** What is needed to ask the same model again, but for the key. */
const Recorded = z.object({
  provider: z.string(),
  model: z.string(),
  baseUrl: z.url(),
  generation: Generation,
  /** Values of those variables that the provider has recorded. */
  variables: z.record(z.string(), z.string()).default({}),
})

/** A language model in a loop of our own. */
export const model = defineAgent({
  id: 'model',
  title: 'A language model, asked over the network',
  usage:
    'model:PROVIDER/NAME, for example model:openai/gpt-6-luna or model:openai/gpt-6-luna?effort=high',
  remote: true,
  open: openAgent,
})

async function openAgent(rest: string, resources: AgentResources): Promise<Agent> {
  const { opened, variables } = await openModel(rest, resources)
  const { provider, name, baseUrl, generation } = opened
  return {
    name: `model:${rest}`,
    control: false,
    details: {
      provider: provider.id,
      model: name,
      baseUrl,
      generation,
      ...(Object.keys(variables).length === 0 ? {} : { variables }),
    },
    cost: agentCost(opened.known, generation),
    start: (brief, context) => modelSession(opened, brief, context),
  }
}

async function openModel(
  rest: string,
  resources: AgentResources,
): Promise<{ opened: OpenedModel; variables: Readonly<Record<string, string>> }> {
  const { provider, name, settings: own } = parseModelName(rest)
  const recorded = recall(rest, resources)
  const generation = recorded?.generation ?? parseGeneration(withOwn(resources.generation, own))
  const variables = recorded?.variables ?? variablesOf(provider, resources.environment)
  const environment = { ...resources.environment, ...allowed(provider, variables) }
  const baseUrl = baseUrlOf(
    provider,
    { environment, modelBaseUrl: resources.modelBaseUrl },
    recorded?.baseUrl ?? null,
  )
  // Loaded here and not with this file: the libraries cost more to load than all the rest together.
  const loaded = keepingBack(resources.secrets, await provider.load(environment))
  // What a model does not take is seen in the recorded request; a package would print it over the progress.
  Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false })
  const fullName = `${provider.id}/${name}`
  const opened = {
    provider,
    name,
    baseUrl,
    generation,
    settings: generationOptions(loaded, name, generation),
    known: knownAs(fullName, name, provider, resources),
    lane: resources.connections.lane(fullName),
    patience: { ...PATIENCE, ...resources.patience },
    loaded,
  }
  return { opened, variables }
}

/** With the secrets of others besides its own, as one list for as long as its own stay the same. */
function keepingBack(others: readonly string[], loaded: LoadedProvider): LoadedProvider {
  let own: readonly string[] | null = null
  let all: readonly string[] = []
  return {
    ...loaded,
    secrets: () => {
      const now = loaded.secrets()
      if (now !== own) all = [...now, ...others]
      own = now
      return all
    },
  }
}

/** A setting of one agent wins over those of all, also over the one that would say the same in another way. */
function withOwn({ effort, reasoningTokens, ...ofAll }: Generation, own: Generation): Generation {
  const isOwn = own.effort !== undefined || own.reasoningTokens !== undefined
  return {
    ...ofAll,
    ...(isOwn || effort === undefined ? {} : { effort }),
    ...(isOwn || reasoningTokens === undefined ? {} : { reasoningTokens }),
    ...own,
  }
}

function knownAs(
  fullName: string,
  name: string,
  { sameModelsAs }: Provider,
  { knownModel }: AgentResources,
): KnownModel | null {
  const own = knownModel(fullName)
  return own ?? (sameModelsAs === undefined ? null : knownModel(`${sameModelsAs}/${name}`))
}

function variablesOf(
  { recordedVariables }: Provider,
  environment: Environment,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    recordedVariables.flatMap((name) => {
      const value = environment[name]?.trim() ?? ''
      return value === '' ? [] : [[name, value]]
    }),
  )
}

/** As the run had them, set or not: nothing else of a run's file reaches the environment. */
function allowed(
  { recordedVariables }: Provider,
  variables: Readonly<Record<string, string>>,
): Environment {
  return Object.fromEntries(recordedVariables.map((name) => [name, variables[name]]))
}

function parseGeneration(settings: Generation): Generation {
  const parsed = Generation.safeParse(settings)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const key = issue?.code === 'unrecognized_keys' ? issue.keys[0] : issue?.path[0]
  if (issue?.code === 'unrecognized_keys') {
    throw unknownChoice('generation setting', String(key), Object.keys(Generation.shape))
  }
  throw new UsageError(`Generation setting "${String(key)}" will not do: ${issue?.message ?? ''}`)
}

function recall(rest: string, { recorded }: AgentResources): z.infer<typeof Recorded> | null {
  if (recorded === null) return null
  const parsed = Recorded.safeParse(recorded)
  if (parsed.success) return parsed.data
  throw new UsageError(`The run does not say how agent "model:${printable(rest)}" was asked`)
}
