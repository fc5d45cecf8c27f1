import type { AgentResources, Purse } from '../agents/agent.ts'
import type { Connections } from '../agents/connections.ts'
import { UsageError } from '../support/errors.ts'

/** What agents are made from where a test says nothing else: no keys, no files, no prices, lanes that are always open. */
export function bareResources(differing: Partial<AgentResources> = {}): AgentResources {
  return {
    controls: {},
    environment: {},
    secrets: [],
    modelBaseUrl: null,
    generation: {},
    patience: {},
    connections: openConnections(),
    knownModel: () => null,
    readRun: async (run) => {
      throw new UsageError(`There is no run ${run}`)
    },
    recorded: null,
    ...differing,
  }
}

/** Lanes in which nobody ever waits. */
export function openConnections(): Connections {
  return {
    lane: () => ({
      enter: async (signal) => {
        signal.throwIfAborted()
        return { waitedMs: 0, end: () => undefined }
      },
    }),
    lanes: () => [],
  }
}

/** A purse that is never empty, and tells what was taken from it. */
export function openPurse(): Purse & { readonly spentUsd: number } {
  let spentUsd = 0
  return {
    get spentUsd() {
      return spentUsd
    },
    spend: (usd) => {
      spentUsd += usd
    },
    extend: async () => true,
  }
}
