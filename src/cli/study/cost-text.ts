import { escapeLine } from '../../reports/escape-text.ts'
import { usdText } from '../../support/usd-text.ts'
import type { CostEstimate } from './estimate-cost.ts'

/** What a study is expected to cost, in lines for a person. */
export function costLines(estimate: CostEstimate, capUsd: number | null): string[] {
  const { agents, usualUsd } = estimate
  if (agents.length === 0) return ['Cost: nothing, no model is asked.']
  const parts = agents.map(
    ({ agent, ...each }) =>
      `  ${escapeLine(agent)}: ${usualText(each.usualUsd)}${upTo(each.mostUsd)}`,
  )
  return [
    `Cost: ${usualText(usualUsd)}${boundText(estimate, capUsd)}.`,
    ...(agents.length === 1 ? [] : parts),
    ...remedyLines(estimate),
  ]
}

function usualText(usd: number | null): string {
  return usd === null ? 'unknown' : `roughly ${usdText(usd)} USD`
}

function upTo(usd: number | null): string {
  return usd === null ? '' : `, up to ${usdText(usd)}`
}

function boundText({ usualUsd, mostUsd }: CostEstimate, capUsd: number | null): string {
  if (capUsd !== null && usualUsd !== null && usualUsd > capUsd) {
    return `; --max-cost ends it at ${usdText(capUsd)} at most, before all trials`
  }
  if (capUsd !== null && (mostUsd === null || mostUsd > capUsd)) {
    return `, never more than ${usdText(capUsd)} (--max-cost)`
  }
  return mostUsd === null ? '' : `${upTo(mostUsd)} if every trial runs to its limits`
}

function remedyLines({ agents }: CostEstimate): string[] {
  const unpriced = agents.filter(({ usualUsd }) => usualUsd === null)
  if (unpriced.length === 0) return []
  const names = unpriced.map(({ agent }) => escapeLine(agent)).join(', ')
  return [`No price is known of ${names}: --model-prices FILE gives one.`]
}
