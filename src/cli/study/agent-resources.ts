import { randomUUID } from 'node:crypto'
import { createConnections } from '../../agents/adaptive-connections.ts'
import type { AgentResources } from '../../agents/agent.ts'
import type { Generation } from '../../records/model.ts'
import type { Clock } from '../../support/clock.ts'
import { seededRandom } from '../../support/random.ts'
import { loadKnownModels } from './known-models.ts'
import { openStoredRun } from './open-stored-run.ts'

/**
 * Calls of one model in flight at most, where nothing is said. The number in flight is found by trying, from a few up: this only says
 * where that ends. A call takes a second at least, so that many are thousands a minute, above what providers allow an account.
 */
export const CONNECTIONS_MAX = 64

/** What flags, study file and environment give to the making of agents. @throws UsageError for a file of prices that will not do */
export async function agentResources(options: {
  readonly environment: AgentResources['environment']
  readonly secrets?: AgentResources['secrets'] | undefined
  readonly clock: Clock
  /** Folder in which a run is looked for that an agent plays back. */
  readonly runs: string
  readonly generation?: Generation | undefined
  readonly modelBaseUrl?: string | undefined
  /** Path of a table of models. */
  readonly modelPrices?: string | undefined
  readonly maxConnections?: number | undefined
  /** After the first attempt of a call. */
  readonly maxRetries?: number | undefined
  /** Seconds: of one call with all its attempts, and of one attempt. */
  readonly timeout?: number | undefined
  readonly attemptTimeout?: number | undefined
}): Promise<Omit<AgentResources, 'controls' | 'recorded'>> {
  const { clock, maxRetries, timeout, attemptTimeout } = options
  return {
    environment: options.environment,
    secrets: options.secrets ?? [],
    modelBaseUrl: options.modelBaseUrl ?? null,
    generation: options.generation ?? {},
    patience: {
      ...(maxRetries === undefined ? {} : { attempts: maxRetries + 1 }),
      ...(attemptTimeout === undefined ? {} : { attemptMs: attemptTimeout * 1_000 }),
      ...(timeout === undefined ? {} : { turnMs: timeout * 1_000 }),
    },
    connections: createConnections({
      clock,
      // It moves the moments of requests, which no seed repeats anyway.
      random: seededRandom(randomUUID()),
      most: options.maxConnections ?? CONNECTIONS_MAX,
    }),
    knownModel: await loadKnownModels(options.modelPrices, { today: clock.now() }),
    readRun: (run) => openStoredRun(run, options.runs),
  }
}
