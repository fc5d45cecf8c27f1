import { expect, test } from 'vitest'
import { figureLabels, prefixText } from './figure-labels.ts'

function names(...agents: readonly string[]): { prefix: string; names: string[]; text: string } {
  const cells = agents.map((agent) => ({ agent, arm: {}, preset: null }))
  const labels = figureLabels(cells)
  return { prefix: labels.agentPrefix, names: cells.map(labels.agent), text: prefixText(labels) }
}

test('what all agents’ names begin with is left out in whole steps, and said', () => {
  expect(names('model:openai/gpt-5', 'model:openai/gpt-5-mini')).toEqual({
    prefix: 'model:openai/',
    names: ['gpt-5', 'gpt-5-mini'],
    text: 'Agents’ names begin with “model:openai/”.',
  })
  expect(names('script:/a/b/c.yaml', 'script:/a/b/d/c.yaml').names).toEqual(['c.yaml', 'd/c.yaml'])
  expect(names('model:openai/a', 'model:other/a').prefix).toBe('model:')
})

test('no name is left empty, and nothing is left out of names that have no kind in common', () => {
  expect(names('script:a/', 'script:a/b').names).toEqual(['a/', 'a/b'])
  expect(names('model:a/b')).toEqual({ prefix: '', names: ['model:a/b'], text: '' })
  expect(names('script:a/b', 'model:a/b').prefix).toBe('')
})
