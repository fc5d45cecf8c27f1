import type { AgentResources } from '../../agents/agent.ts'
import { UsageError } from '../../support/errors.ts'
import { openConnections } from '../../testing/bare-resources.ts'

/** What flags and environment give to the making of agents. */
export function agentResources(options: {
  readonly environment: AgentResources['environment']
  readonly modelBaseUrl?: string | undefined
  readonly temperature?: number | undefined
  readonly maxTokens?: number | undefined
}): Omit<AgentResources, 'controls' | 'recorded'> {
  const { environment, modelBaseUrl, temperature, maxTokens } = options
  return {
    environment,
    modelBaseUrl: modelBaseUrl ?? null,
    patience: {},
    connections: openConnections(),
    knownModel: () => null,
    readRun: async (run) => {
      throw new UsageError(`There is no run ${run}`)
    },
    generation: {
      ...(temperature === undefined ? {} : { temperature }),
      ...(maxTokens === undefined ? {} : { maxTokens }),
    },
  }
}
