import type { TrialEvent, Usage } from '../records/event.ts'

/** Adds up what a trial's model calls used. The cost is null as soon as one call's is. */
export function sumUsage(events: readonly TrialEvent[]): Usage {
  const calls = events.flatMap((event) => (event.type === 'model-call' ? [event.call.usage] : []))
  const costs = calls.map((usage) => usage.costUsd)
  return {
    inputTokens: calls.reduce((sum, usage) => sum + usage.inputTokens, 0),
    outputTokens: calls.reduce((sum, usage) => sum + usage.outputTokens, 0),
    costUsd: costs.length === 0 ? null : costs.reduce(addCosts, 0),
  }
}

function addCosts(sum: number | null, cost: number | null): number | null {
  return sum === null || cost === null ? null : sum + cost
}
