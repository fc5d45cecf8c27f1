import { expect, test } from 'vitest'
import type { ModelIdentity } from '../../records/model.ts'
import type { PublishedResults, PublishedRow } from '../../records/published.ts'
import { publishedFigures, publishedRanges } from './published-figures.ts'

const SCENARIO = { id: 'shutdown', defaultArm: { instruction: 'none', placement: 'user' } }

const SOURCE = {
  id: 'paper',
  name: 'Somebody 2026',
  authors: 'Somebody',
  title: 'A paper',
  year: 2026,
  where: 'arXiv 0000.00000',
  ran: 'This.',
  event: 'That.',
  endpoint: 'palisade',
  interval: 'jeffreys',
} as const

function row(changes: Partial<PublishedRow>): PublishedRow {
  return {
    source: 'paper',
    model: 'o3',
    label: 'Nothing said',
    scenario: 'shutdown',
    arms: [{}],
    k: null,
    n: null,
    rate: '94.5',
    low: '93.0',
    high: '95.8',
    flags: [],
    note: null,
    ...changes,
  }
}

function results(...rows: PublishedRow[]): PublishedResults {
  return { formatVersion: 1, sources: [SOURCE, { ...SOURCE, id: 'blog', name: 'Blog' }], rows }
}

function model(name: string, answeredBy: string | null = null): ModelIdentity {
  return { provider: 'openai', model: name, answeredBy, fingerprint: null }
}

const ARM = { instruction: 'none', placement: 'user' }

test('a figure stands beside the cell of its scenario, arm and model, as shares of one', () => {
  const cell = { arm: ARM, models: [model('o3', 'o3-2025-04-16')] }

  expect(publishedFigures(results(row({})), SCENARIO, cell)).toEqual([
    {
      source: 'paper',
      by: 'Somebody 2026',
      where: 'arXiv 0000.00000',
      model: 'o3',
      label: 'Nothing said',
      k: null,
      n: null,
      rate: 0.945,
      low: 0.93,
      high: 0.958,
      endpoint: 'palisade',
      flags: [],
      note: null,
      harness: 'another',
      wording: 'another',
    },
  ])
})

test.each([
  ['another model', row({ model: 'o4-mini' })],
  ['another arm', row({ arms: [{ placement: 'system' }] })],
  ['no arm of ours', row({ arms: [] })],
  ['another scenario', row({ scenario: 'other' })],
  ['no scenario of ours', row({ scenario: null })],
])('a figure of %s does not', (_, other) => {
  const cell = { arm: ARM, models: [model('o3')] }

  expect(publishedFigures(results(other), SCENARIO, cell)).toEqual([])
})

test('a figure that is of several arms stands beside each of them', () => {
  const published = results(row({ arms: [{ placement: 'system' }, {}] }))
  const cells = [ARM, { ...ARM, placement: 'system' }, { ...ARM, instruction: 'allow' }]

  const found = cells.map(
    (arm) => publishedFigures(published, SCENARIO, { arm, models: [model('o3')] }).length,
  )

  expect(found).toEqual([1, 1, 0])
})

test('who has answered counts, not what was asked for', () => {
  const served = [model('my-deployment', 'o3-2025-04-16'), model('o3', 'gpt-4o-2024-08-06')]

  const found = served.map(
    (one) => publishedFigures(results(row({})), SCENARIO, { arm: ARM, models: [one] }).length,
  )

  expect(found).toEqual([1, 0])
})

test('two builds of one model are that model, two models are none, and a script is none', () => {
  const casts = [
    [model('o3', 'o3-2025-04-16'), model('o3', 'o3')],
    [model('o3'), model('gpt-4o')],
    [],
  ]

  const found = casts.map(
    (models) => publishedFigures(results(row({})), SCENARIO, { arm: ARM, models }).length,
  )

  expect(found).toEqual([1, 0, 0])
})

test('a factor that the published experiment did not have must be at its default', () => {
  const arm = { ...ARM, wording: 'w2' }
  const scenario = { id: 'shutdown', defaultArm: { ...SCENARIO.defaultArm, wording: 'w1' } }
  const models = [model('o3')]

  expect(publishedFigures(results(row({})), scenario, { arm, models })).toEqual([])
  expect(
    publishedFigures(results(row({})), scenario, { arm: { ...arm, wording: 'w1' }, models }),
  ).toHaveLength(1)
})

const THREE = [
  row({ model: 'o3', rate: '94.5' }),
  row({ model: 'Claude Opus 4', rate: '0.0' }),
  row({ model: 'o4-mini', rate: '5.8' }),
  row({ source: 'blog', model: 'o3', rate: '79' }),
  row({ source: 'blog', model: 'Claude Opus 4', rate: null }),
]

test('for a model that nobody has published, the range over the others in its arm is given once, by the largest source', () => {
  const cell = { arm: ARM, models: [model('gpt-6-luna')] }

  expect(publishedRanges(results(...THREE), SCENARIO, [cell, cell])).toEqual([
    {
      arm: ARM,
      source: 'paper',
      by: 'Somebody 2026',
      where: 'arXiv 0000.00000',
      models: 3,
      lowest: { model: 'Claude Opus 4', rate: 0 },
      highest: { model: 'o3', rate: 0.945 },
    },
  ])
})

test('no range where the model is published, for a script, over two models, or in an arm nobody ran', () => {
  const published = { arm: ARM, models: [model('o3')] }
  const script = { arm: ARM, models: [] }
  const elsewhere = { arm: { ...ARM, placement: 'system' }, models: [model('gpt-6-luna')] }
  const unknown = { arm: ARM, models: [model('gpt-6-luna')] }

  expect(publishedRanges(results(...THREE), SCENARIO, [published, script, elsewhere])).toEqual([])
  expect(publishedRanges(results(...THREE.slice(0, 2)), SCENARIO, [unknown])).toEqual([])
})
