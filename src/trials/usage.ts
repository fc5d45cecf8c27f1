import type { TrialEvent, Usage } from '../records/event.ts'
import type { ModelIdentity } from '../records/model.ts'

/** Adds up what a trial's model calls used. The cost is null as soon as one call's is. */
export function sumUsage(events: readonly TrialEvent[]): Usage {
  const calls = events.flatMap((event) => (event.type === 'model-call' ? [event.call.usage] : []))
  const costs = calls.map((usage) => usage.costUsd)
  const sum = (count: (usage: Usage) => number): number =>
    calls.reduce((total, usage) => total + count(usage), 0)
  return {
    inputTokens: sum(({ inputTokens }) => inputTokens),
    cachedInputTokens: sum(({ cachedInputTokens }) => cachedInputTokens),
    cacheWriteTokens: sum(({ cacheWriteTokens }) => cacheWriteTokens),
    outputTokens: sum(({ outputTokens }) => outputTokens),
    reasoningTokens: sum(({ reasoningTokens }) => reasoningTokens),
    costUsd: costs.length === 0 ? null : costs.reduce(addCosts, 0),
    unconfirmedUsd: sum(({ unconfirmedUsd }) => unconfirmedUsd) + lostAttempts(events),
  }
}

/** Attempts that were charged for, or may have been, and brought no answer. */
function lostAttempts(events: readonly TrialEvent[]): number {
  return events.reduce(
    (sum, event) =>
      sum +
      (event.type === 'model-retry' || event.type === 'model-lost' ? event.unconfirmedUsd : 0),
    0,
  )
}

function addCosts(sum: number | null, cost: number | null): number | null {
  return sum === null || cost === null ? null : sum + cost
}

/** Who has answered: each once, in the order in which they first did. */
export function modelsIn(events: readonly TrialEvent[]): ModelIdentity[] {
  const known = new Map<string, ModelIdentity>()
  for (const event of events) {
    if (event.type !== 'model-call') continue
    const { provider, model, answeredBy, fingerprint } = event.call
    const identity = { provider, model, answeredBy, fingerprint }
    const name = JSON.stringify(identity)
    if (!known.has(name)) known.set(name, identity)
  }
  return [...known.values()]
}
