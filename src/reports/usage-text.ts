import type { Usage } from '../records/event.ts'
import { usdText } from '../support/usd-text.ts'
import { countText } from './count-text.ts'

/** `1,000 tokens in (600 of them from the cache)`, `20 out (10 of them reasoning)`. */
export function tokensText(usage: Usage): { in: string; out: string } {
  const { inputTokens, cachedInputTokens, outputTokens, reasoningTokens } = usage
  return {
    in: `${countText(inputTokens)} tokens in${ofThem(cachedInputTokens, 'from the cache')}`,
    out: `${countText(outputTokens)} out${ofThem(reasoningTokens, 'reasoning')}`,
  }
}

/**
 * `1.20 USD`, with what is not in that.
 *
 * @param outsideUsd what went, or may have gone, into trials that are not stored
 */
export function costText({ costUsd, unconfirmedUsd }: Usage, outsideUsd: number): string {
  const more = [
    ...(unconfirmedUsd > 0
      ? [`at most ${usdText(unconfirmedUsd)} USD more may have been charged for lost answers`]
      : []),
    ...(outsideUsd > 0
      ? [`at most ${usdText(outsideUsd)} USD more for trials that are not stored`]
      : []),
  ]
  return [costUsd === null ? 'cost unknown' : `${usdText(costUsd)} USD`, ...more].join('; ')
}

function ofThem(count: number, what: string): string {
  return count === 0 ? '' : ` (${countText(count)} of them ${what})`
}
