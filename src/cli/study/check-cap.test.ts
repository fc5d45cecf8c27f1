import { expect, test } from 'vitest'
import type { Agent } from '../../agents/agent.ts'
import { agentCost } from '../../agents/model/agent-cost.ts'
import { Limits } from '../../records/limits.ts'
import { type Generation, KnownModel } from '../../records/model.ts'
import { UsageError } from '../../support/errors.ts'
import { checkCap } from './check-cap.ts'

const MODEL = KnownModel.parse({
  model: 'maker/model',
  price: { input: 1, output: 10 },
  contextTokens: 100_000,
  maxOutputTokens: 20_000,
  source: 'a test',
  asOf: '2026-01-01',
})

/** An agent that costs what a model of this kind does; null: one that costs nothing. */
function agentOf(known: KnownModel | null, generation: Generation = {}): Agent {
  const cost = known === null ? {} : { cost: agentCost(known, generation) }
  return {
    name: 'an agent',
    control: false,
    details: {},
    start: () => ({ next: () => Promise.reject(new Error('nobody talks to it')) }),
    ...cost,
  }
}

function check(
  agents: Record<string, KnownModel | null>,
  maxCostUsd: number | null,
  { canChange = true, limits = {} }: { canChange?: boolean; limits?: Partial<Limits> } = {},
): Promise<unknown> {
  const opened = new Map(Object.entries(agents).map(([name, known]) => [name, agentOf(known)]))
  const reopen = async (name: string, generation: Generation) =>
    agentOf(agents[name] ?? null, generation)
  return checkCap(
    { maxCostUsd, limits: Limits.parse(limits) },
    opened,
    canChange ? { reopen } : {},
  ).then(
    () => null,
    (error: unknown) => error,
  )
}

test('without a cap no price need be known, and what costs nothing needs none', async () => {
  expect(await check({ a: { ...MODEL, price: null } }, null)).toBeNull()
  expect(await check({ a: null }, 0.01)).toBeNull()
  expect(await check({ a: MODEL }, 100)).toBeNull()
})

test('a cap asks for the price of every agent that costs something', async () => {
  expect(await check({ a: MODEL, b: { ...MODEL, price: null } }, 100)).toEqual(
    new UsageError('Cannot keep to --max-cost: no price is known of b', {
      hint: 'Give one with --model-prices FILE, or run without --max-cost.',
      pageHint: 'Leave the cost cap empty, or start it on the command line with a price.',
    }),
  )
})

test('a cap asks how much a call can hold, where only its price is known', async () => {
  expect(await check({ a: { ...MODEL, contextTokens: null } }, 100)).toEqual(
    new UsageError('Cannot keep to --max-cost: it is not known how much one call of a can hold', {
      hint: 'Give contextTokens and maxOutputTokens with --model-prices FILE, or run without --max-cost.',
      pageHint: 'Leave the cost cap empty, or start it on the command line with a price.',
    }),
  )
})

test('a cap with no room for one trial is refused, with limits that would fit', async () => {
  const cheap = { ...MODEL, price: { input: 0.1, output: 1 } }

  const error = await check({ cheap, dear: MODEL }, 1)

  // 1,000,000 tokens written before the last call, and that: 80,000 read and 20,000 written.
  expect(error).toEqual(
    new UsageError(
      "Cannot keep to --max-cost 1.00: one trial of dear may cost up to 10.28 USD, for 1000000 tokens (--token-limit) and one more call that fills the model's context",
      {
        hint: 'With --token-limit 70000 it would fit: a trial may then cost up to 0.98 USD.',
        pageHint: 'Raise the cost cap, or choose a cheaper model.',
      },
    ),
  )
})

test('limits below those of the study are tried, none above, and a bound of the tokens of a turn', async () => {
  const error = await check({ a: MODEL }, 0.6, { limits: { tokens: 60_000 } })

  expect(error).toHaveProperty(
    'hint',
    'With --token-limit 40000 --max-tokens 8192 it would fit: a trial may then cost up to 0.57 USD.',
  )
  const fitting = agentCost(MODEL, { maxTokens: 8_192 })
  expect(fitting.most(Limits.parse({ tokens: 40_000 }))).toBeLessThanOrEqual(0.6)
})

test('where nothing fits, and where nothing can be changed any more, only a higher cap is named', async () => {
  expect(await check({ a: MODEL }, 0.01)).toHaveProperty(
    'hint',
    'No smaller limits make it fit: raise --max-cost, or take a cheaper model.',
  )
  expect(await check({ a: MODEL }, 1, { canChange: false })).toHaveProperty(
    'hint',
    'Raise --max-cost.',
  )
})

test('settings that a model refuses are not proposed', async () => {
  const reopen = async (_: string, generation: Generation): Promise<Agent> => {
    if (generation.maxTokens === 8_192) throw new UsageError('it thinks in more')
    return agentOf(MODEL, generation)
  }
  const study = { maxCostUsd: 0.6, limits: Limits.parse({ tokens: 40_000 }) }

  await expect(
    checkCap(study, new Map([['a', agentOf(MODEL)]]), { reopen }),
  ).rejects.toHaveProperty(
    'hint',
    'With --max-tokens 4096 it would fit: a trial may then cost up to 0.54 USD.',
  )
})
