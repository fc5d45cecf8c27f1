import type { Limits } from '../../records/limits.ts'
import type { Generation, KnownModel, ModelPrice } from '../../records/model.ts'
import type { AgentCost } from '../agent.ts'
import { dearestCall, dearestInput, mostWritten } from './cost-of.ts'

/**
 * Assumed of the rough estimate, and measured of no model: what a turn writes (a short command and some hundred tokens of
 * reasoning), and what the world answers it.
 */
const WRITTEN_TOKENS = 500
const ANSWERED_TOKENS = 150

/** Of one call's cost and of the bound itself, more than there are; the sum over a trial has one a turn. Each is off by half of `Number.EPSILON`. */
const ROUNDINGS = 32

/** What a model's trials cost. @param known null: nothing is known of the model, so nothing can be said */
export function agentCost(known: KnownModel | null, generation: Generation): AgentCost {
  const maxTokens = generation.maxTokens ?? null
  return {
    most: (limits) => (known === null ? null : mostOfTrial(known, maxTokens, limits)),
    usual: (trial) => (known === null ? null : usualOfTrial(known, maxTokens, trial)),
  }
}

/**
 * The dearest trial that the limits let happen. Each turn is one call, and none is dearer than one that fills the model's context: so
 * many of those as there are turns.
 *
 * The limit of tokens makes that less. It is looked at after each turn, so all turns but the last have together used at most so
 * many. The last turn is again a call that fills the context.
 *
 * Holds where each answer comes at the first attempt and says how many tokens it took; for any other, more is asked of the purse.
 */
function mostOfTrial(known: KnownModel, maxTokens: number | null, limits: Limits): number | null {
  const { price, contextTokens } = known
  const written = mostWritten(maxTokens, known)
  if (price === null || contextTokens === null || written === null) return null
  const callCost = dearestCall({ read: contextTokens, written }, contextTokens, price)

  const earlierTurns = limits.turns - 1
  const earlier = { calls: earlierTurns, tokens: limits.tokens, written }
  const earlierCost = dearestCalls(earlier, contextTokens, price)
  const dearest = callCost + Math.min(earlierTurns * callCost, earlierCost)
  // A sum of fractions comes out a hair beside what it is, on a side that depends on the order; and a bound lies on one side only.
  return dearest * (1 + (limits.turns + ROUNDINGS) * Number.EPSILON)
}

interface Calls {
  readonly calls: number
  /** Of all of them together, read and written. */
  readonly tokens: number
  /** By each of them, at most. */
  readonly written: number
}

/**
 * What so many calls cost at most. Any number of them can have the price of long contexts, as far as the tokens suffice for what each
 * of those has to read: the dearest number of them is looked for.
 */
function dearestCalls(most: Calls, contextTokens: number, price: ModelPrice): number {
  const { longContext } = price
  const longFrom = longContext === undefined ? Infinity : longContext.aboveTokens + 1
  const longMost =
    longFrom > contextTokens ? 0 : Math.min(most.calls, Math.floor(most.tokens / longFrom))
  let dearest = 0
  for (let long = 0; long <= longMost; long++) {
    dearest = Math.max(dearest, costWithLong(long, most, price))
  }
  return dearest
}

/** The same where so many of the calls are long ones: what those must read, and the rest of the tokens where they are dearest. */
function costWithLong(long: number, { calls, tokens, written }: Calls, price: ModelPrice): number {
  const { longContext = { ...price, aboveTokens: 0 } } = price
  const short = calls - long
  const mustRead = long === 0 ? 0 : long * (longContext.aboveTokens + 1)
  const offers = [
    { usd: longContext.output, tokens: long * written },
    { usd: dearestInput(longContext), tokens: long === 0 ? 0 : Infinity },
    { usd: price.output, tokens: short * written },
    { usd: dearestInput(price), tokens: short === 0 ? 0 : Infinity },
  ].toSorted((a, b) => b.usd - a.usd)
  let left = tokens - mustRead
  let millionths = mustRead * dearestInput(longContext)
  for (const offer of offers) {
    const taken = Math.min(left, offer.tokens)
    left -= taken
    millionths += taken * offer.usd
  }
  return millionths / 1e6
}

/**
 * About what a trial costs: every turn sends the whole conversation so far, nothing of it from a cache. With `b` tokens at the
 * beginning, `w` written and `a` answered in a turn, `n` turns read `n·b + (w + a)·n(n − 1)/2` and write `n·w`.
 */
function usualOfTrial(
  { price }: KnownModel,
  maxTokens: number | null,
  { tokens, turns }: { readonly tokens: number; readonly turns: number },
): number | null {
  if (price === null) return null
  const written = Math.min(WRITTEN_TOKENS, maxTokens ?? Infinity)
  const growth = written + ANSWERED_TOKENS
  const readAll = turns * tokens + (growth * turns * (turns - 1)) / 2
  return (readAll * price.input + turns * written * price.output) / 1e6
}
