import type { LanguageModelV4GenerateResult, LanguageModelV4Usage } from '@ai-sdk/provider'
import { NO_USAGE, type Usage } from '../../../records/event.ts'
import type { KnownModel } from '../../../records/model.ts'
import { costOf } from '../cost-of.ts'

/**
 * What an answer took. Its cost is the provider's own figure if it gives one, else follows from its tokens. An answer that does
 * not say how many those were costs `mostUsd` at most, and nobody knows how much.
 */
export function readUsage(
  { usage, providerMetadata }: LanguageModelV4GenerateResult,
  known: KnownModel | null,
  mostUsd: () => number,
): Usage {
  const tokens = tokensOf(usage)
  const price = known?.price ?? null
  const priced = tokens === null || price === null ? null : costOf(tokens, price)
  const costUsd = ownCost(providerMetadata) ?? priced
  return {
    ...(tokens ?? NO_USAGE),
    costUsd,
    unconfirmedUsd: costUsd === null ? mostUsd() : 0,
  }
}

/** Null where a server leaves the figures out, or makes them up: no request takes no token. */
function tokensOf({ inputTokens, outputTokens, raw }: LanguageModelV4Usage): Usage | null {
  const input = count(inputTokens.total)
  const output = count(outputTokens.total)
  if (raw === undefined || input === null || input === 0 || output === null) return null
  return {
    ...NO_USAGE,
    inputTokens: input,
    cachedInputTokens: Math.min(input, count(inputTokens.cacheRead) ?? 0),
    cacheWriteTokens: Math.min(input, count(inputTokens.cacheWrite) ?? 0),
    outputTokens: output,
    reasoningTokens: Math.min(output, count(outputTokens.reasoning) ?? 0),
  }
}

function count(tokens: number | undefined): number | null {
  return tokens !== undefined && Number.isSafeInteger(tokens) && tokens >= 0 ? tokens : null
}

/** OpenRouter, alone among the providers, says what a call has cost in US dollars. */
function ownCost(metadata: LanguageModelV4GenerateResult['providerMetadata']): number | null {
  const usage = metadata?.['openrouter']?.['usage']
  const cost = usage instanceof Object && 'cost' in usage ? usage.cost : null
  return typeof cost === 'number' && Number.isFinite(cost) && cost >= 0 ? cost : null
}
