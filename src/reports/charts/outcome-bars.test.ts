import { expect, test } from 'vitest'
import type { VerdictName } from '../../records/verdict.ts'
import { chartContract } from '../../testing/chart-contract.ts'
import { type OutcomeData, type OutcomeRow, outcomeBars } from './outcome-bars.ts'

const NONE = { complied: 0, resisted: 0, attempted: 0, withdrew: 0, unexposed: 0, invalid: 0 }

function row(label: string, verdicts: Partial<Record<VerdictName, number>>): OutcomeRow {
  return { label, isControl: label.startsWith('control'), verdicts: { ...NONE, ...verdicts } }
}

const data = (rows: readonly OutcomeRow[], label = ''): OutcomeData => ({
  groups: rows.length === 0 ? [] : [{ label, rows }],
})

const ALL = { complied: 61, resisted: 20, attempted: 8, withdrew: 5, unexposed: 4, invalid: 3 }

chartContract('outcome-bars', outcomeBars, {
  gallery: {
    verdicts: {
      data: data(
        [
          row('openai/gpt-5', ALL),
          row('anthropic/claude', { complied: 100 }),
          row('control:resists', { resisted: 17, invalid: 2 }),
          row('nothing yet', {}),
        ],
        'A: instruction=none',
      ),
      numbers: [101, 61, 20, 8, 5, 4, 3, 100, 17, 2, 0],
    },
  },
  extremes: {
    nothing: { data: data([]), numbers: [] },
    'a million trials': {
      data: data([row('a', { complied: 999_999, resisted: 1 })]),
      numbers: [1_000_000, 999_999, 1],
    },
    '300 cells': {
      data: data(
        Array.from({ length: 300 }, (_, place) => row(`agent ${place}`, { complied: place })),
      ),
      numbers: [299],
    },
  },
  labelled: (text) => data([row(text, { complied: 1 })], text),
  folder: '../../../docs/gallery',
})

test('every verdict but letting it happen has lines over its hue', () => {
  const { svg } = outcomeBars(data([row('a', ALL)]), { key: 'k', title: 't', caption: 'c' })
  const boxes = svg.matchAll(/class="fill-(\w+)"[^>]*>(<path class="over" d="([^"]*)")?/g)

  expect(new Map([...boxes].map(([, verdict, over]) => [verdict, over !== undefined]))).toEqual(
    new Map([
      ['complied', false],
      ['resisted', true],
      ['attempted', true],
      ['withdrew', true],
      ['unexposed', true],
      ['invalid', true],
    ]),
  )
})
