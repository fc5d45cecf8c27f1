import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NO_USAGE } from '../../records/event.ts'
import type { KnownModel, ModelPrice } from '../../records/model.ts'
import { costOf, dearestCall, mostOfCall } from './cost-of.ts'

const KNOWN: KnownModel = {
  model: 'maker/model',
  price: { input: 2, cachedInput: 0.5, cacheWrite: 2.5, output: 10 },
  contextTokens: 100_000,
  maxOutputTokens: 8_000,
  retiredOn: null,
  source: 'a test',
  asOf: '2026-01-01',
}
const MILLION = 1_000_000

test('costOf() prices each kind of token once: what was cached is within the input, reasoning within the output', () => {
  const usage = {
    ...NO_USAGE,
    inputTokens: 10 * MILLION,
    cachedInputTokens: 4 * MILLION,
    cacheWriteTokens: 1 * MILLION,
    outputTokens: 3 * MILLION,
    reasoningTokens: 2 * MILLION,
  }

  expect(costOf(usage, { input: 2, cachedInput: 0.5, cacheWrite: 2.5, output: 10 })).toBe(
    5 * 2 + 4 * 0.5 + 2.5 + 3 * 10,
  )
  expect(costOf(usage, { input: 2, output: 10 })).toBe(10 * 2 + 3 * 10)
})

test('costOf() counts more cached tokens than input tokens as what they are, and nothing negative', () => {
  const usage = { ...NO_USAGE, inputTokens: 0, cachedInputTokens: MILLION }

  expect(costOf(usage, { input: 2, cachedInput: 0.5, output: 10 })).toBe(0.5)
})

const TIERED: ModelPrice = {
  input: 1,
  cachedInput: 0.5,
  output: 10,
  longContext: { aboveTokens: 200_000, input: 2, cachedInput: 1, output: 15 },
}

test('costOf() takes the price of long contexts for all tokens of a call that reads more than its bound, from the cache or not', () => {
  const reading = (inputTokens: number, cachedInputTokens = 0): number =>
    costOf({ ...NO_USAGE, inputTokens, cachedInputTokens, outputTokens: 100_000 }, TIERED)

  expect(reading(200_000)).toBeCloseTo(0.2 * 1 + 0.1 * 10, 12)
  expect(reading(200_001)).toBeCloseTo(0.200001 * 2 + 0.1 * 15, 12)
  expect(reading(200_001, 200_000)).toBeCloseTo(0.2 * 1 + 0.000001 * 2 + 0.1 * 15, 12)
})

test('costOf() takes input of long contexts for what the cache costs there, where nothing else is said', () => {
  const price = { ...TIERED, longContext: { aboveTokens: 1, input: 2, output: 15 } }
  const usage = { ...NO_USAGE, inputTokens: MILLION, cachedInputTokens: MILLION }

  expect(costOf(usage, price)).toBe(2)
})

test('mostOfCall() takes the price of long contexts where the request may be one, and only there', () => {
  const known = { ...KNOWN, price: TIERED, contextTokens: 1_000_000 }
  const short = 200_000 - 2_048

  expect(mostOfCall(short, 500, known)).toBeCloseTo(0.2 * 1 + 0.0005 * 10, 12)
  expect(mostOfCall(short + 1, 500, known)).toBeCloseTo(0.200001 * 2 + 0.0005 * 15, 12)
  expect(mostOfCall(MILLION, 500, { ...known, contextTokens: 200_000 })).toBeCloseTo(
    0.1995 * 1 + 0.0005 * 10,
    12,
  )
})

const amount = fc.integer({ min: 0, max: 40 })
const usd = fc.integer({ min: 0, max: 20 })
const prices = fc.record(
  {
    input: usd,
    output: usd,
    longContext: fc.record({
      aboveTokens: fc.integer({ min: 1, max: 40 }),
      input: usd,
      output: usd,
    }),
  },
  { requiredKeys: ['input', 'output'] },
)

test('dearestCall() is the dearest of all calls that there can be', () => {
  fc.assert(
    fc.property(amount, amount, amount, prices, (read, written, context, price) => {
      const costs = range(read).flatMap((inputTokens) =>
        range(written)
          .filter((outputTokens) => inputTokens + outputTokens <= context)
          .map((outputTokens) => costOf({ ...NO_USAGE, inputTokens, outputTokens }, price)),
      )

      expect(dearestCall({ read, written }, context, price)).toBe(Math.max(...costs))
    }),
  )
})

function range(most: number): number[] {
  return Array.from({ length: most + 1 }, (_, index) => index)
}

test('mostOfCall() lets a model write no more than it can, whatever the request allows', () => {
  expect(mostOfCall(10_000, 64_000, KNOWN)).toBe(mostOfCall(10_000, 8_000, KNOWN))
})

test('mostOfCall() takes a byte for a token, at the dearest price, and the whole answer that is allowed', () => {
  const read = 10_000 + 2_048

  expect(mostOfCall(10_000, 500, KNOWN)).toBeCloseTo((read * 2.5 + 500 * 10) / MILLION, 12)
  expect(mostOfCall(10_000, null, KNOWN)).toBeCloseTo((read * 2.5 + 8_000 * 10) / MILLION, 12)
})

test('mostOfCall() fills no more than the context, with what is dearer', () => {
  const written = (92_000 * 2.5 + 8_000 * 10) / MILLION
  const cheap = { ...KNOWN, price: { input: 20, output: 10 } }

  expect(mostOfCall(10 * MILLION, null, KNOWN)).toBeCloseTo(written, 12)
  expect(mostOfCall(10 * MILLION, null, cheap)).toBeCloseTo((100_000 * 20) / MILLION, 12)
})

test('mostOfCall() says nothing without a price, or where nothing bounds the answer', () => {
  const endless = { ...KNOWN, contextTokens: null, maxOutputTokens: null }

  expect(mostOfCall(10, 500, { ...KNOWN, price: null })).toBeNull()
  expect(mostOfCall(10, null, endless)).toBeNull()
  expect(mostOfCall(10, 500, endless)).toBeCloseTo((2_058 * 2.5 + 5_000) / MILLION, 12)
})
