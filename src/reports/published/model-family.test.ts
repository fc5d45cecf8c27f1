import { expect, test } from 'vitest'
import { modelFamily } from './model-family.ts'

test.each([
  ['o3', ['openai/o3', 'o3-2025-04-16', 'openai/o3-2025-04-16', 'O3']],
  ['o4-mini', ['o4-mini-2025-04-16', 'openai/o4-mini']],
  ['codex-mini', ['codex-mini-latest', 'openai/codex-mini']],
  ['gpt-4o', ['GPT-4o', 'gpt-4o-2024-08-06']],
  ['gpt-5', ['GPT-5', 'gpt-5-2025-08-07', 'openai/gpt-5']],
  [
    'gpt-oss-120b',
    ['openai/gpt-oss-120b', 'openai/gpt-oss-120b:free', 'gpt-oss:120b', 'openai.gpt-oss-120b-1:0'],
  ],
  [
    'claude-sonnet-3-7',
    [
      'Claude 3.7 Sonnet',
      'Claude Sonnet 3.7',
      'claude-3-7-sonnet-20250219',
      'claude-3-7-sonnet-latest',
      'anthropic/claude-3.7-sonnet',
      'us.anthropic.claude-3-7-sonnet-20250219-v1:0',
    ],
  ],
  [
    'claude-sonnet-4',
    [
      'Claude Sonnet 4',
      'claude-sonnet-4-20250514',
      'claude-sonnet-4-0',
      'claude-sonnet-4@20250514',
      'anthropic/claude-sonnet-4',
    ],
  ],
  ['claude-opus-4-1', ['Claude Opus 4.1', 'claude-opus-4-1-20250805', 'anthropic/claude-opus-4.1']],
  [
    'gemini-2-5-pro',
    [
      'Gemini 2.5 Pro',
      'models/gemini-2.5-pro',
      'gemini-2.5-pro-preview-05-06',
      'google/gemini-2.5-pro',
    ],
  ],
  ['grok-4', ['Grok 4', 'grok-4-0709', 'x-ai/grok-4']],
  ['grok-3', ['Grok 3', 'grok-3-beta', 'xai/grok-3-latest']],
])('%s is meant by each of its names', (family, names) => {
  expect([family, ...names].map(modelFamily)).toEqual(Array(names.length + 1).fill(family))
})

test.each([
  ['o3', 'o3-mini'],
  ['o3', 'o3-pro-2025-06-10'],
  ['gpt-5', 'gpt-5-mini'],
  ['gpt-5', 'gpt-5-codex'],
  ['gpt-5', 'gpt-5-chat-latest'],
  ['gpt-5', 'gpt-5.1'],
  ['gpt-5', 'gpt-50'],
  ['Claude Sonnet 4', 'claude-sonnet-4-5-20250929'],
  ['Claude Opus 4', 'claude-opus-4-1'],
  ['Claude 3.7 Sonnet', 'anthropic/claude-3.7-sonnet:thinking'],
  ['grok-4', 'grok-4-fast'],
  ['gpt-oss-120b', 'gpt-oss-20b'],
  ['Gemini 2.5 Pro', 'gemini-2.5-flash'],
])('%s is not %s', (one, other) => {
  expect(modelFamily(one)).not.toBe(modelFamily(other))
})

test('a name that is empty or odd is a family of its own', () => {
  expect(['', '/', '2025-01-01', ':free', 'claude-'].map(modelFamily)).toEqual([
    '',
    '',
    '2025-01-01',
    '',
    'claude-',
  ])
})
