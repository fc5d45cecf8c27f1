import type { Agent, AgentResources } from '../../agents/agent.ts'
import { agents as kinds } from '../../agents/catalog.ts'
import { mostOfCall } from '../../agents/model/cost-of.ts'
import { parseModelName } from '../../agents/model/parse-model-name.ts'
import { briefBytes, judgeBrief } from '../../judges/judge-prompt.ts'
import type { ReadTrial } from '../../judges/judge-trials.ts'
import { readMaterial } from '../../judges/material.ts'
import { printable } from '../../support/choices.ts'
import { invariant, UsageError } from '../../support/errors.ts'

/**
 * What a judge may write where nothing else is said. Four labels and their quotes are some hundred tokens: this leaves reasoning
 * models room to think, and one that never ends an end.
 */
export const MAX_TOKENS = 16_384

/** A model that judges. */
export interface OpenedJudge {
  readonly agent: Agent
  /** The most that judging a trial can cost, in US dollars; null where price or size of the model are not known. */
  readonly mostUsd: (trial: ReadTrial) => number | null
  /** Whether that is known. */
  readonly isPriced: boolean
}

/** Makes the model that judges. @param name `PROVIDER/NAME`, with settings behind it where it has any @throws UsageError for a name or key that will not do */
export async function openJudge(
  name: string,
  resources: Omit<AgentResources, 'controls' | 'recorded'>,
): Promise<OpenedJudge> {
  const kind = kinds.find(({ id }) => id === 'model')
  invariant(kind, 'there are agents that are models')
  const rest = name.startsWith('model:') ? name.slice('model:'.length) : name
  const { provider, name: plain, settings } = parseModelName(rest)
  const known = resources.knownModel(`${provider.id}/${plain}`)
  const maxTokens =
    settings.maxTokens ??
    resources.generation.maxTokens ??
    Math.min(MAX_TOKENS, known?.maxOutputTokens ?? MAX_TOKENS)
  const generation = { ...resources.generation, maxTokens }
  const agent = await (await kind.load()).open(rest, {
    ...resources,
    generation,
    controls: {},
    recorded: null,
  })
  const mostOf = (bytes: number): number | null => known && mostOfCall(bytes, maxTokens, known)
  return {
    agent,
    isPriced: mostOf(0) !== null,
    mostUsd: ({ events }) => {
      const material = readMaterial(events)
      return material.length === 0 ? 0 : mostOf(briefBytes(judgeBrief(material)))
    },
  }
}

/**
 * What is to be set aside for judging a trial: nothing where there is no cap.
 *
 * @throws UsageError where the cap cannot be kept
 */
export function setAside(
  { agent, mostUsd, isPriced }: OpenedJudge,
  capUsd: number | null,
): (trial: ReadTrial) => number {
  if (capUsd === null) return () => 0
  if (!isPriced) {
    throw new UsageError(
      `Cannot keep to --max-cost: no price is known of ${printable(agent.name)}`,
      { hint: 'Give one with --model-prices FILE, or judge without --max-cost.' },
    )
  }
  return (trial) => {
    const most = mostUsd(trial)
    invariant(most !== null, 'what a priced model costs at most is known')
    return most
  }
}
