import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NO_USAGE, type Usage } from '../../records/event.ts'
import { Limits } from '../../records/limits.ts'
import type { KnownModel } from '../../records/model.ts'
import { agentCost } from './agent-cost.ts'
import { costOf } from './cost-of.ts'

const KNOWN: KnownModel = {
  model: 'maker/model',
  price: { input: 1, output: 10 },
  contextTokens: 1_000,
  maxOutputTokens: 100,
  retiredOn: null,
  source: 'a test',
  asOf: '2026-01-01',
}
const perMillion = (tokens: number): number => tokens / 1e6

test('a trial of one turn costs at most one call that fills the context', () => {
  const limits = Limits.parse({ turns: 1 })

  expect(agentCost(KNOWN, {}).most(limits)).toBeCloseTo(perMillion(900 + 100 * 10), 12)
})

test('few turns bound a trial before its tokens do, and few tokens before its turns', () => {
  const call = 900 + 100 * 10
  const most = (limits: Partial<Limits>): number | null =>
    agentCost(KNOWN, {}).most(Limits.parse(limits))

  expect(most({ turns: 3, tokens: 1_000_000 })).toBeCloseTo(perMillion(3 * call), 12)
  // Nine turns may have written all of 500 tokens before the last.
  expect(most({ turns: 10, tokens: 500 })).toBeCloseTo(perMillion(call + 500 * 10), 12)
  // Two turns write at most 200 of 1500 tokens.
  expect(most({ turns: 3, tokens: 1_500 })).toBeCloseTo(perMillion(call + 200 * 10 + 1_300 * 1), 12)
})

test('a bound of the tokens of a turn makes a trial cheaper', () => {
  const limits = Limits.parse({ turns: 2 })

  expect(agentCost(KNOWN, { maxTokens: 10 }).most(limits)).toBeCloseTo(
    perMillion(2 * (990 + 10 * 10)),
    12,
  )
})

test('calls that read little are not bounded at the price of long contexts, nor are more of them than the tokens suffice for', () => {
  const price = { input: 1, output: 10, longContext: { aboveTokens: 600, input: 2, output: 15 } }
  const most = (limits: Partial<Limits>): number | null =>
    agentCost({ ...KNOWN, price }, {}).most(Limits.parse(limits))
  const call = 900 * 2 + 100 * 15

  expect(most({ turns: 1 })).toBeCloseTo(perMillion(call), 12)
  // None of the turns before the last can have read more than 600.
  expect(most({ turns: 10, tokens: 500 })).toBeCloseTo(perMillion(call + 500 * 10), 12)
  // 700 tokens are dearer written in short turns (7000) than 601 read and 99 written in a long one (2687).
  expect(most({ turns: 10, tokens: 700 })).toBeCloseTo(perMillion(call + 700 * 10), 12)
  // Two turns before the last: both long ones, which write 100 each.
  expect(most({ turns: 3, tokens: 1_500 })).toBeCloseTo(perMillion(call + 1_300 * 2 + 200 * 15), 12)
})

test('the usual cost is at the price of calls that read little', () => {
  const longContext = { aboveTokens: 10, input: 100, output: 100 }
  const tiered = { ...KNOWN, price: { input: 1, output: 10, longContext } }
  const trial = { tokens: 1_000, turns: 3 }

  expect(agentCost(tiered, {}).usual(trial)).toBe(agentCost(KNOWN, {}).usual(trial))
})

test('without a price, or without a bound of a call, nothing is said', () => {
  const limits = Limits.parse({})
  const trial = { tokens: 1_000, turns: 10 }
  const unpriced = agentCost({ ...KNOWN, price: null }, {})
  const endless = agentCost({ ...KNOWN, contextTokens: null }, {})
  const unknown = agentCost(null, {})

  expect([unpriced.most(limits), unpriced.usual(trial)]).toEqual([null, null])
  expect([unknown.most(limits), unknown.usual(trial)]).toEqual([null, null])
  expect([endless.most(limits), typeof endless.usual(trial)]).toEqual([null, 'number'])
})

test('the usual cost is that of a conversation which is sent anew with each turn', () => {
  // Turns of 1000, 1650 and 2300 tokens read, each of 500 written.
  expect(agentCost(KNOWN, {}).usual({ tokens: 1_000, turns: 3 })).toBeCloseTo(
    perMillion(1_000 + 1_650 + 2_300 + 3 * 500 * 10),
    12,
  )
})

const tokens = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max })
/** Nothing, or an amount that a price can be: of numbers next to zero a computer keeps few digits. */
const usd = fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 1_000, noNaN: true }))
const price = { input: usd, cachedInput: usd, cacheWrite: usd, output: usd }
const models = fc.record({
  price: fc.record(
    {
      ...price,
      longContext: fc.record(
        { aboveTokens: tokens(5_000), ...price },
        { requiredKeys: ['aboveTokens', 'input', 'output'] },
      ),
    },
    { requiredKeys: ['input', 'output'] },
  ),
  contextTokens: tokens(5_000),
  maxOutputTokens: fc.option(tokens(6_000)),
})
const settings = fc.record({ maxTokens: tokens(4_000) }, { requiredKeys: [] })
const bounds = fc.record({ turns: tokens(30), tokens: tokens(40_000) })
/** Of what a call may use: how much it reads and writes, and how much of the input comes from or goes to a cache. */
const share = fc.double({ min: 0, max: 1, noNaN: true })
const anyCalls = fc.array(fc.tuple(share, share, share, share), { minLength: 30, maxLength: 30 })
const full = Array.from({ length: 30 }, (): [number, number, number, number] => [1, 1, 0, 0])
/** Full ones are often all that the bound allows, where nothing but the rounding of sums lies between. */
const calls = fc.oneof(anyCalls, fc.constant(full))

test('no conversation within the limits costs more than most()', () => {
  fc.assert(
    fc.property(models, settings, bounds, calls, (model, generation, bound, shares) => {
      const known: KnownModel = { ...KNOWN, ...model }
      const limits = Limits.parse(bound)
      const most = agentCost(known, generation).most(limits) ?? Number.NaN

      const cost = converse(known, generation.maxTokens, limits, shares)

      expect(cost).toBeLessThanOrEqual(most)
    }),
  )
})

test('most() is of the size of what can happen: a conversation that fills every call costs a seventh of it or more', () => {
  fc.assert(
    fc.property(tokens(30), tokens(40_000), (turns, tokensMax) => {
      const limits = Limits.parse({ turns, tokens: tokensMax })
      const most = agentCost(KNOWN, {}).most(limits) ?? Number.NaN

      const cost = converse(KNOWN, undefined, limits, full)

      // The bound lets all tokens before the last turn be written; this conversation has to read nine of ten. They are farthest apart
      // where a call more would just have been allowed: at 999 tokens, 1900 millionths of a dollar and 1900 + 9990.
      expect(cost).toBeGreaterThan(most / 7)
    }),
  )
})

/** What a conversation costs whose turns each use such shares of what a call may, until a limit ends it. */
function converse(
  known: KnownModel,
  maxTokens: number | undefined,
  limits: Limits,
  shares: readonly (readonly [number, number, number, number])[],
): number {
  const context = known.contextTokens ?? 0
  let used = 0
  let cost = 0
  for (const [writes, reads, caches, cached] of shares.slice(0, limits.turns)) {
    const outputMax = Math.min(maxTokens ?? context, known.maxOutputTokens ?? context, context)
    const outputTokens = Math.floor(outputMax * writes)
    const inputTokens = Math.floor((context - outputTokens) * reads)
    const cacheWriteTokens = Math.floor(inputTokens * caches)
    const cachedInputTokens = Math.floor((inputTokens - cacheWriteTokens) * cached)
    const usage: Usage = {
      ...NO_USAGE,
      inputTokens,
      outputTokens,
      cacheWriteTokens,
      cachedInputTokens,
    }
    cost += known.price === null ? 0 : costOf(usage, known.price)
    used += inputTokens + outputTokens
    if (used > limits.tokens) break
  }
  return cost
}
