import type { AgentResources } from '../../agents/agent.ts'

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
    generation: {
      ...(temperature === undefined ? {} : { temperature }),
      ...(maxTokens === undefined ? {} : { maxTokens }),
    },
  }
}
