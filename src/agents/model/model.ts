import { z } from 'zod'
import { Generation } from '../../records/model.ts'
import { printable, unknownChoice } from '../../support/choices.ts'
import { UsageError } from '../../support/errors.ts'
import { type Agent, type AgentResources, defineAgent } from '../agent.ts'
import { PATIENCE } from './ask-provider.ts'
import { modelSession } from './model-session.ts'
import { PROVIDERS, type Provider } from './providers.ts'

/** What is needed to ask the same model again, but for the key. */
const Recorded = z.object({
  provider: z.string(),
  model: z.string(),
  baseUrl: z.url(),
  generation: Generation,
})

/** A language model in a loop of our own. */
export const model = defineAgent({
  id: 'model',
  title: 'A language model, asked over the network',
  usage: 'model:PROVIDER/NAME, for example model:openai/gpt-5',
  remote: true,
  open: openModel,
})

async function openModel(rest: string, resources: AgentResources): Promise<Agent> {
  const { provider, name } = parseName(rest)
  const recorded = recall(rest, resources)
  const generation = recorded?.generation ?? parseGeneration(resources.generation)
  const baseUrl = baseUrlOf(provider, resources, recorded?.baseUrl ?? null)
  const apiKey = keyOf(provider, resources.environment)
  // Loaded here and not with this file: the libraries cost more to load than all the rest together.
  const [library, create] = await Promise.all([import('ai'), provider.load()])
  // What a model does not support is seen in the recorded request; the library would print it over the progress.
  globalThis.AI_SDK_LOG_WARNINGS = false
  const opened = {
    provider,
    name,
    apiKey,
    baseUrl,
    generation,
    create,
    library,
    patience: PATIENCE,
  }
  return {
    name: `model:${rest}`,
    control: false,
    details: { provider: provider.id, model: name, baseUrl, generation },
    start: (brief, context) => modelSession(opened, brief, context),
  }
}

function parseName(rest: string): { provider: Provider; name: string } {
  const slash = rest.indexOf('/')
  const id = slash < 0 ? rest : rest.slice(0, slash)
  const name = slash < 0 ? '' : rest.slice(slash + 1)
  const provider = PROVIDERS.find((known) => known.id === id)
  if (provider === undefined) {
    throw unknownChoice(
      'model provider',
      id,
      PROVIDERS.map((known) => known.id),
    )
  }
  if (name.trim() === '' || /[\s\p{Cc}]/u.test(name)) {
    throw new UsageError(
      `Agent "model:${printable(rest)}" names no model: write model:${id}/NAME with the name that ${provider.title} gives it`,
    )
  }
  return { provider, name }
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

/** The key of the provider, or nothing where none is needed. */
function keyOf(provider: Provider, environment: AgentResources['environment']): string {
  for (const variable of provider.keyVariables) {
    const key = environment[variable]?.trim() ?? ''
    if (key === '') continue
    // Refused here, since the error that sending it would raise repeats it.
    if (!/^[\x21-\x7E]+$/.test(key)) {
      throw new UsageError(
        `${variable} holds something that cannot be a key: space or letters beyond ASCII`,
      )
    }
    return key
  }
  if (!provider.keyNeeded) return ''
  const variables = provider.keyVariables.join(' or ')
  throw new UsageError(`There is no key for ${provider.title}: set ${variables} in the environment`)
}

/** Where the provider is reached: as the run was, or as the user says now, or where it always is. */
function baseUrlOf(
  provider: Provider,
  { modelBaseUrl, environment }: AgentResources,
  recorded: string | null,
): string {
  const variable = provider.baseUrlVariable
  const fromEnvironment = environment[variable]?.trim() ?? ''
  const now =
    modelBaseUrl !== null
      ? checkUrl(modelBaseUrl, '--model-base-url')
      : fromEnvironment === ''
        ? provider.baseUrl
        : checkUrl(fromEnvironment, variable)
  const chosen = recorded === null ? now : checkUrl(recorded, 'the run')
  if (chosen === null) {
    throw new UsageError(
      `There is no address for ${provider.title}: give it with --model-base-url or ${variable}, for example http://127.0.0.1:8000/v1`,
    )
  }
  // A run's file may come from somebody else: the key goes to an address in it only if the user names that address too.
  if (recorded !== null && chosen !== now && chosen !== provider.baseUrl && !isLoopback(chosen)) {
    throw new UsageError(
      `The run asked ${provider.title} at ${chosen}: to send your key there, repeat it with --model-base-url or ${variable}`,
    )
  }
  return chosen
}

function checkUrl(text: string, from: string): string {
  const wanted = 'an address like http://127.0.0.1:8000/v1, without password and query'
  if (!URL.canParse(text)) throw new UsageError(`${from} must be ${wanted}`)
  const url = new URL(text)
  const plain = url.username === '' && url.password === '' && url.search === '' && url.hash === ''
  // The address is not repeated: what is wrong about it may be that there is a key in it.
  if (!plain || !/^https?:$/.test(url.protocol)) throw new UsageError(`${from} must be ${wanted}`)
  return url.href.replace(/\/+$/, '')
}

function isLoopback(address: string): boolean {
  const { hostname } = new URL(address)
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
}
