import type { ModelCall } from '../records/event.ts'
import { usdText } from '../support/usd-text.ts'
import { countText } from './count-text.ts'
import { durationText } from './duration-text.ts'
import { escapeLine } from './escape-text.ts'

/** Who was asked, who has answered and what it took, on one line and escaped. */
export function modelCallText(call: ModelCall): string {
  const { usage } = call
  const parts = [
    `model call: ${call.provider}/${call.model}${answererText(call)}`,
    `${countText(usage.inputTokens)} tokens in${ofWhich(usage.cachedInputTokens, 'from the cache')}`,
    `${countText(usage.outputTokens)} out${ofWhich(usage.reasoningTokens, 'of reasoning')}`,
    ...(usage.costUsd === null ? [] : [`${usdText(usage.costUsd)} USD`]),
    durationText(call.durationMs),
    ...(call.waitedMs >= WAIT_TOLD_MS ? [`after ${durationText(call.waitedMs)} of waiting`] : []),
    ...(call.attempts > 1 ? [`${call.attempts} attempts`] : []),
  ]
  const more =
    usage.unconfirmedUsd === 0
      ? ''
      : `; at most ${usdText(usage.unconfirmedUsd)} USD more may have been charged`
  return escapeLine(`${parts.join(', ')}${more}`)
}

/** A shorter wait for a connection is nobody's concern. */
const WAIT_TOLD_MS = 100

/** What an attempt that brought no answer may have cost. */
export function mayCostText({ unconfirmedUsd }: { readonly unconfirmedUsd: number }): string {
  return unconfirmedUsd === 0
    ? ''
    : `; at most ${usdText(unconfirmedUsd)} USD may have been charged for it`
}

function answererText({ model, answeredBy, fingerprint }: ModelCall): string {
  const name = answeredBy === null || answeredBy === model ? [] : [`answered by ${answeredBy}`]
  const build = fingerprint === null ? [] : [fingerprint]
  const parts = [...name, ...build]
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`
}

function ofWhich(count: number, what: string): string {
  return count === 0 ? '' : ` (${countText(count)} ${what})`
}
