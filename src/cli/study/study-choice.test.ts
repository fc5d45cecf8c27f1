import { expect, test } from 'vitest'
import { mergeChoices } from './study-choice.ts'

test('mergeChoices() lets flags win, setting by setting and limit by limit', () => {
  const file = {
    scenario: 'shutdown',
    agents: ['control:complies'],
    trials: 20,
    settings: { questions: 6, noticeWith: 3 },
    limits: { turns: 10, tokens: 5 },
    generation: { temperature: 1, maxTokens: 500 },
  }
  const flags = {
    trials: 3,
    agents: undefined,
    settings: { questions: 8 },
    limits: { turns: 20 },
    generation: { temperature: 0 },
  }

  expect(mergeChoices(file, flags)).toEqual({
    scenario: 'shutdown',
    agents: ['control:complies'],
    trials: 3,
    settings: { questions: 8, noticeWith: 3 },
    limits: { turns: 20, tokens: 5 },
    generation: { temperature: 0, maxTokens: 500 },
  })
})

test('mergeChoices() takes arms and presets from one of the two, never half from each', () => {
  const file = { factors: { instruction: ['allow'] }, presets: ['J'] }

  expect(mergeChoices(file, {})).toMatchObject(file)
  expect(mergeChoices(file, { presets: ['A'] })).toEqual({
    factors: undefined,
    presets: ['A'],
    settings: {},
    limits: {},
    generation: {},
  })
})
