import { expect, test } from 'vitest'
import { UsageError } from '../../support/errors.ts'
import { thinkingBudget } from './thinking-budget.ts'

const OLDER = {
  maxOutputTokens: 64_000,
  supportsAdaptiveThinking: false,
  rejectsBudgetThinking: false,
}
const BETWEEN = { ...OLDER, supportsAdaptiveThinking: true }
const NEWER = { ...BETWEEN, rejectsBudgetThinking: true }

test('an effort becomes a share of what a turn may take, and the rest is for the answer', () => {
  expect(thinkingBudget('m', { effort: 'high', maxTokens: 10_000 }, OLDER)).toEqual({
    budgetTokens: 6000,
    maxOutputTokens: 4000,
  })
  expect(thinkingBudget('m', { effort: 'max' }, OLDER)).toEqual({
    budgetTokens: 60_800,
    maxOutputTokens: 3200,
  })
  expect(thinkingBudget('m', { effort: 'minimal', maxTokens: 10_000 }, OLDER)).toEqual({
    budgetTokens: 1024,
    maxOutputTokens: 8976,
  })
})

test('a figure is taken as it is, also by a model that would take an effort', () => {
  const wanted = { budgetTokens: 2000, maxOutputTokens: 8000 }

  expect(thinkingBudget('m', { reasoningTokens: 2000, maxTokens: 10_000 }, OLDER)).toEqual(wanted)
  expect(thinkingBudget('m', { reasoningTokens: 2000, maxTokens: 10_000 }, BETWEEN)).toEqual(wanted)
})

test('no figure is needed where nothing is asked, and where the model divides its tokens itself', () => {
  expect(thinkingBudget('m', { maxTokens: 10_000 }, OLDER)).toBeNull()
  expect(thinkingBudget('m', { effort: 'none' }, OLDER)).toBeNull()
  expect(thinkingBudget('m', { effort: 'high' }, BETWEEN)).toBeNull()
  expect(thinkingBudget('m', { effort: 'high' }, NEWER)).toBeNull()
})

test.each([
  [
    { reasoningTokens: 2000 },
    NEWER,
    'm takes no figure for reasoningTokens: say how hard to think with effort',
  ],
  [{ reasoningTokens: 1000 }, OLDER, 'm thinks in no less than 1024 reasoningTokens'],
  [
    { reasoningTokens: 4000, maxTokens: 4000 },
    OLDER,
    'm cannot think in 4000 tokens and answer as well where maxTokens is 4000: raise maxTokens',
  ],
  [
    { effort: 'low', maxTokens: 1000 } as const,
    OLDER,
    'm cannot think in 1024 tokens and answer as well where maxTokens is 1000: raise maxTokens',
  ],
])('%j is refused where it cannot be', (generation, traits, message) => {
  expect(() => thinkingBudget('m', generation, traits)).toThrow(new UsageError(message))
})
