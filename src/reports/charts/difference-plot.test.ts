import { expect, test } from 'vitest'
import { chartContract } from '../../testing/chart-contract.ts'
import { type DifferenceData, type DifferenceRow, differencePlot } from './difference-plot.ts'

function row(label: string, differing: Partial<DifferenceRow> = {}): DifferenceRow {
  return {
    label,
    namesSides: false,
    first: { name: 'E', k: 79, n: 100 },
    second: { name: 'A', k: 7, n: 101 },
    ...{ estimate: 0.72, low: 0.61, high: 0.8, isSequence: false },
    ...{ test: 'p < 0.0001', isFound: true },
    ...differing,
  }
}

const data = (rows: readonly DifferenceRow[], label = ''): DifferenceData => ({
  groups: rows.length === 0 ? [] : [{ label, rows }],
  interval: '95 % CI',
})

const ROWS = [
  row('gpt-5: E against A', { namesSides: true }),
  row('claude: instruction allow against none', {
    ...{ estimate: 0.02, low: null, high: 0.1, isSequence: true },
    ...{ test: 'no test: stopped early', isFound: false },
  }),
  row('mistral: instruction allow against none', {
    first: { name: 'E', k: 0, n: 0 },
    ...{ estimate: null, low: null, high: null, test: 'no trials', isFound: false },
  }),
]

chartContract('difference-plot', differencePlot, {
  gallery: { comparisons: { data: data(ROWS), numbers: [79, 100, 7, 101, 0] } },
  extremes: {
    nothing: { data: data([]), numbers: [] },
    'no difference at all': {
      data: data([row('a', { estimate: 0, low: 0, high: 0 })]),
      numbers: [79],
    },
    '300 comparisons': {
      data: data(Array.from({ length: 300 }, (_, place) => row(`comparison ${place}`))),
      numbers: [79],
    },
  },
  labelled: (text) => ({
    ...data([row(text, { first: { name: text, k: 1, n: 2 }, test: text })], text),
    interval: text,
  }),
  folder: '../../../docs/gallery',
})

test('an end without a limit is an arrow at the edge, and is called so', () => {
  const { svg, table } = differencePlot(data(ROWS.slice(1, 2)), {
    key: 'k',
    title: 't',
    caption: 'c',
  })

  expect(svg).toContain('+2 (no limit to +10)')
  expect(svg).toContain('stroke-dasharray')
  expect(table.rows).toEqual([
    [
      'claude: instruction allow against none',
      ...['E', '79', '100', 'A', '7', '101', '+2', 'no limit', '+10'],
      ...['no test: stopped early', 'not shown to differ'],
    ],
  ])
})
