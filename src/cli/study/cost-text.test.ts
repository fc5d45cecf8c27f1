import { expect, test } from 'vitest'
import { costLines } from './cost-text.ts'
import { type AgentEstimate, isWorthAsking } from './estimate-cost.ts'

const agent = (
  name: string,
  usualUsd: number | null,
  mostUsd: number | null,
  trials = 10,
): AgentEstimate => ({ agent: name, trials, usualUsd, mostUsd })

test('where no agent costs anything, that is said', () => {
  expect(costLines({ agents: [], usualUsd: 0, mostUsd: 0 }, 1)).toEqual([
    'Cost: nothing, no model is asked.',
  ])
})

test('one agent is told of in a line: a rough guess, and what may come at most', () => {
  const estimate = { agents: [agent('model:a/b', 0.885, 116)], usualUsd: 0.885, mostUsd: 116 }

  expect(costLines(estimate, null)).toEqual([
    'Cost: roughly 0.89 USD, up to 116.00 if every trial runs to its limits.',
  ])
  expect(costLines(estimate, 20)).toEqual([
    'Cost: roughly 0.89 USD, never more than 20.00 (--max-cost).',
  ])
  expect(costLines(estimate, 0.5)).toEqual([
    'Cost: roughly 0.89 USD; --max-cost ends it at 0.50 at most, before all trials.',
  ])
  expect(costLines(estimate, 200)).toEqual([
    'Cost: roughly 0.89 USD, up to 116.00 if every trial runs to its limits.',
  ])
})

test('several agents are told of each, and whose price is not known by name', () => {
  const agents = [agent('model:a/b', 1, 2), agent('model:a/\u001b[31m', null, null)]

  expect(costLines({ agents, usualUsd: null, mostUsd: null }, null)).toEqual([
    'Cost: unknown.',
    '  model:a/b: roughly 1.00 USD, up to 2.00',
    '  model:a/\\u{1b}[31m: unknown',
    'No price is known of model:a/\\u{1b}[31m: --model-prices FILE gives one.',
  ])
})

test.each([
  ['5 USD', [agent('a', 5, 1_000)], false],
  ['more', [agent('a', 5.01, 6)], true],
  ['several agents that come to more', [agent('a', 3, 6), agent('b', 3, 6)], true],
  ['100 trials without a price', [agent('a', null, null, 100)], false],
  ['101 of them', [agent('a', null, null, 51), agent('b', null, null, 50)], true],
  ['more of what is known, beside what is not', [agent('a', null, null), agent('b', 6, 7)], true],
  ['nothing', [], false],
])('a person is asked first or not: %s', (_, agents, asked) => {
  const usual = agents.map(({ usualUsd }) => usualUsd)
  const usualUsd = usual.includes(null) ? null : usual.reduce((a: number, b) => a + (b ?? 0), 0)

  expect(isWorthAsking({ agents, usualUsd, mostUsd: null })).toBe(asked)
})
