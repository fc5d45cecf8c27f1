import type { Agent, AgentCost } from '../../agents/agent.ts'
import type { Limits } from '../../records/limits.ts'
import type { Generation } from '../../records/model.ts'
import type { Study } from '../../records/study.ts'
import { printable } from '../../support/choices.ts'
import { UsageError } from '../../support/errors.ts'
import { usdText } from '../../support/usd-text.ts'

/** Limits to try when those of the study let a trial cost too much; below the smallest of each, usual trials would end of them. */
const TOKEN_LIMITS = [500_000, 300_000, 200_000, 150_000, 100_000, 70_000, 50_000, 40_000]
const MAX_TOKENS = [16_384, 8_192, 4_096, 2_048]

/**
 * A cap is only kept if it is known what a trial can cost, and only of use if a trial fits in it.
 *
 * @param options.reopen makes an agent with other settings, to find some that fit; absent where they cannot be changed any more
 * @throws UsageError for the agent that will not do, with what would
 */
export async function checkCap(
  { maxCostUsd, limits }: Pick<Study, 'maxCostUsd' | 'limits'>,
  agents: ReadonlyMap<string, Agent>,
  options: {
    readonly reopen?: (name: string, generation: Generation) => Promise<Agent>
  } = {},
): Promise<void> {
  if (maxCostUsd === null) return
  const [dearest] = [...agents]
    .flatMap(([name, agent]) => {
      if (agent.cost === undefined) return []
      const mostUsd = agent.cost.most(limits)
      if (mostUsd === null) throw notKnown(name, agent.cost, options.reopen !== undefined)
      return [{ name, mostUsd }]
    })
    .sort((a, b) => b.mostUsd - a.mostUsd)
  if (dearest === undefined || dearest.mostUsd <= maxCostUsd) return

  const { reopen } = options
  const fitting =
    reopen &&
    (await findFitting(maxCostUsd, limits, (generation) => reopen(dearest.name, generation)))
  throw tooDear({ ...dearest, maxCostUsd, limits }, fitting)
}

function notKnown(name: string, cost: AgentCost, isNew: boolean): UsageError {
  const orWithout = isNew ? ', or run without --max-cost.' : '.'
  const isPriced = cost.usual({ tokens: 1, turns: 1 }) !== null
  return isPriced
    ? new UsageError(
        `Cannot keep to --max-cost: it is not known how much one call of ${printable(name)} can hold`,
        {
          hint: `Give contextTokens and maxOutputTokens with --model-prices FILE${orWithout}`,
          pageHint: WITHOUT_CAP,
        },
      )
    : new UsageError(`Cannot keep to --max-cost: no price is known of ${printable(name)}`, {
        hint: `Give one with --model-prices FILE${orWithout}`,
        pageHint: WITHOUT_CAP,
      })
}

// Prices and limits are given in files and by flags: no page has them.
const WITHOUT_CAP = 'Leave the cost cap empty, or start it on the command line with a price.'
const DEARER = 'Raise the cost cap, or choose a cheaper model.'

interface Fitting {
  readonly tokens: number
  readonly maxTokens: number | null
  readonly mostUsd: number
}

/** The widest limits with which a trial fits, as far as some of those tried do. */
async function findFitting(
  capUsd: number,
  limits: Limits,
  reopen: (generation: Generation) => Promise<Agent>,
): Promise<Fitting | null> {
  const settings = [null, ...MAX_TOKENS]
  const costs = await Promise.all(
    settings.map(async (maxTokens) => ({
      maxTokens,
      cost: await costWith(maxTokens === null ? {} : { maxTokens }, reopen),
    })),
  )
  for (const tokens of [limits.tokens, ...TOKEN_LIMITS]) {
    if (tokens > limits.tokens) continue
    for (const { maxTokens, cost } of costs) {
      const mostUsd = cost?.most({ ...limits, tokens }) ?? Number.POSITIVE_INFINITY
      if (mostUsd <= capUsd) return { tokens, maxTokens, mostUsd }
    }
  }
  return null
}

/** Undefined: the model does not take these settings, as where it is to think in more tokens than a turn would have. */
async function costWith(
  generation: Generation,
  reopen: (generation: Generation) => Promise<Agent>,
): Promise<AgentCost | undefined> {
  try {
    return (await reopen(generation)).cost
  } catch (error) {
    if (error instanceof UsageError) return undefined
    throw error
  }
}

function tooDear(
  trial: { name: string; mostUsd: number; maxCostUsd: number; limits: Limits },
  /** Null: none of those tried; undefined: none may be. */
  fitting: Fitting | null | undefined,
): UsageError {
  const { name, mostUsd, maxCostUsd, limits } = trial
  const message = `Cannot keep to --max-cost ${usdText(maxCostUsd)}: one trial of ${printable(name)} may cost up to ${usdText(mostUsd)} USD, for ${limits.tokens} tokens (--token-limit) and one more call that fills the model's context`
  if (fitting) {
    const flags = [
      ...(fitting.tokens === limits.tokens ? [] : [`--token-limit ${fitting.tokens}`]),
      ...(fitting.maxTokens === null ? [] : [`--max-tokens ${fitting.maxTokens}`]),
    ]
    return new UsageError(message, {
      hint: `With ${flags.join(' ')} it would fit: a trial may then cost up to ${usdText(fitting.mostUsd)} USD.`,
      pageHint: DEARER,
    })
  }
  return new UsageError(message, {
    hint:
      fitting === null
        ? 'No smaller limits make it fit: raise --max-cost, or take a cheaper model.'
        : 'Raise --max-cost.',
    pageHint: DEARER,
  })
}
