import type { Effort, Generation } from '../../records/model.ts'
import { UsageError } from '../../support/errors.ts'

/** What is known of a model by Anthropic, wherever it is served. */
export interface ClaudeTraits {
  readonly maxOutputTokens: number
  /** It takes an effort and divides its tokens itself; others take a figure. */
  readonly supportsAdaptiveThinking: boolean
  readonly rejectsBudgetThinking: boolean
}

/** A figure for thinking, and what the package is to be told as the bound of the rest: it adds the two up. */
export interface ThinkingBudget {
  readonly budgetTokens: number
  readonly maxOutputTokens: number
}

/**
 * How many tokens a model by Anthropic may think in. `maxTokens` is the bound of a whole turn; without it, that is the most that
 * the model can write. Null: no figure is needed.
 *
 * @throws UsageError when a figure is asked of a model that takes none, or when it does not fit into the turn
 */
export function thinkingBudget(
  name: string,
  { effort, maxTokens, reasoningTokens }: Generation,
  traits: ClaudeTraits,
): ThinkingBudget | null {
  if (traits.rejectsBudgetThinking) refuseReasoningTokens(name, { reasoningTokens })
  const ofEffort = traits.supportsAdaptiveThinking ? undefined : shareOf(effort)
  const whole = maxTokens ?? traits.maxOutputTokens
  const wanted =
    reasoningTokens ??
    (ofEffort === undefined ? undefined : Math.max(LEAST_BUDGET, Math.round(whole * ofEffort)))
  if (wanted === undefined) return null
  if (wanted < LEAST_BUDGET) {
    throw new UsageError(`${name} thinks in no less than ${LEAST_BUDGET} reasoningTokens`)
  }
  if (wanted >= whole) {
    throw new UsageError(
      `${name} cannot think in ${wanted} tokens and answer as well where maxTokens is ${whole}: raise maxTokens`,
    )
  }
  return { budgetTokens: wanted, maxOutputTokens: whole - wanted }
}

/** Less is refused by Anthropic. */
const LEAST_BUDGET = 1024

/** Of a turn's tokens, as the packages divide them. The rest must do for the answer. */
const SHARES: Readonly<Record<Exclude<Effort, 'none'>, number>> = {
  minimal: 0.02,
  low: 0.1,
  medium: 0.3,
  high: 0.6,
  xhigh: 0.9,
  max: 0.95,
}

/** What part of a turn's tokens is for thinking; undefined: the effort says nothing of it. */
export function shareOf(effort: Effort | undefined): number | undefined {
  return effort === undefined || effort === 'none' ? undefined : SHARES[effort]
}

/** @throws UsageError where a bound of reasoning alone is asked of something that takes none */
export function refuseReasoningTokens(
  whom: string,
  { reasoningTokens }: { readonly reasoningTokens?: number | undefined },
): void {
  if (reasoningTokens === undefined) return
  throw new UsageError(
    `${whom} takes no figure for reasoningTokens: say how hard to think with effort`,
  )
}
