import { expect, test } from 'vitest'
import type { PublishedFigure } from '../../records/published.ts'
import { publishedRangeText, publishedRateText, publishedText } from './published-text.ts'

const FIGURE: PublishedFigure = {
  source: 'paper',
  by: 'Somebody 2026',
  where: 'arXiv',
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
}

test.each([
  ['94.5 % (93.0–95.8)', {}],
  ['100.0 % (99.8–100.0)', { rate: 1, low: 0.998, high: 1 }],
  ['79 % (79 of 100)', { rate: 0.79, low: null, high: null, k: 79, n: 100 }],
  ['93 % (of 1,000)', { rate: 0.93, low: null, high: null, n: 1000 }],
  ['0 %', { rate: 0, low: null, high: null, k: 0 }],
  ['no rate', { rate: null, low: null, high: null }],
])('a rate reads %s', (text, changes) => {
  expect(publishedRateText({ ...FIGURE, ...changes })).toBe(text)
})

test('a figure names its source and what to know before relying on it', () => {
  expect(publishedText(FIGURE)).toBe('94.5 % (93.0–95.8), Somebody 2026')
  expect(publishedText({ ...FIGURE, flags: ['third-party', 'approximate'] })).toBe(
    '94.5 % (93.0–95.8), Somebody 2026 [as others have read it; approximate]',
  )
})

test('a range names its ends', () => {
  const range = {
    arm: {},
    source: 'paper',
    by: 'Somebody 2026',
    where: 'arXiv',
    models: 13,
    lowest: { model: 'Claude Opus 4', rate: 0 },
    highest: { model: 'o3', rate: 0.945 },
  }

  expect(publishedRangeText(range)).toBe(
    '0 % (Claude Opus 4) to 94.5 % (o3) over 13 models, Somebody 2026',
  )
})
