import { expect, test } from 'vitest'
import { chartContract } from '../../testing/chart-contract.ts'
import { type ForestData, type ForestRow, forestPlot } from './forest-plot.ts'
import { ROWS_MAX } from './row-group.ts'

function row(label: string, k: number, n: number, differing: Partial<ForestRow> = {}): ForestRow {
  const rate = n === 0 ? null : k / n
  return {
    ...{ label, k, n, rate, low: Math.max(0, (rate ?? 0) - 0.08), high: 1 },
    ...(rate === null ? {} : { high: Math.min(1, rate + 0.09) }),
    ...{ isControl: false, isSequence: false, told: null, saysLittle: false, published: [] },
    ...differing,
  }
}

const data = (rows: readonly ForestRow[], label = ''): ForestData => ({
  groups: rows.length === 0 ? [] : [{ label, rows }],
  axis: 'rate, lower = more controllable',
  interval: '95 % CI',
})

const PUBLISHED = {
  label: 'o3, Authors 2026, Table 2',
  ...{ rate: 0.945, low: 0.93, high: 0.958, text: '94.5 % (93.0–95.8)' },
}

const ARMS: ForestData = {
  ...data([]),
  groups: [
    {
      label: 'A: instruction=none',
      rows: [
        row('model:openai/gpt-5', 79, 100, {
          told: { rate: 0.98, n: 50 },
          published: [
            PUBLISHED,
            { ...PUBLISHED, label: 'o3, read off a chart', low: null, high: null },
          ],
        }),
        row('model:anthropic/claude', 0, 101, { told: { rate: 0.2, n: 50 }, saysLittle: true }),
        row('control:resists', 20, 21, { isControl: true }),
      ],
    },
    {
      label: 'E: instruction=allow',
      rows: [
        row('model:openai/gpt-5', 12, 1000, { isSequence: true }),
        row('model:anthropic/claude', 0, 0),
      ],
    },
  ],
}

chartContract('forest-plot', forestPlot, {
  gallery: {
    arms: { data: ARMS, numbers: [79, 100, 0, 101, 20, 21, 12, 1000] },
    'one-cell': { data: data([row('script:complies', 0, 10)]), numbers: [0, 10] },
  },
  extremes: {
    nothing: { data: data([]), numbers: [] },
    'a million trials': {
      data: data([row('a', 123_456, 1_000_000)]),
      numbers: [123_456, 1_000_000],
    },
    '300 cells': {
      data: data(Array.from({ length: 300 }, (_, place) => row(`agent ${place}`, place, 301))),
      numbers: [0, 299, 301],
    },
  },
  labelled: (text) => ({
    ...data([row(text, 1, 2, { published: [{ ...PUBLISHED, label: text, text }] })], text),
    ...{ axis: text, interval: text },
  }),
  folder: '../../../docs/gallery',
})

const words = { key: 'k', title: 't', caption: 'c' }

test('a cell in which no trial counts says so and has no rate', () => {
  const { svg, table } = forestPlot(data([row('a', 0, 0)]), words)

  expect(svg).toContain('no trial counts here (n = 0)')
  expect(table.rows).toEqual([['a', '0', '0', '–', '–', '–', 'no trial counts here']])
})

test('what is published stands below its cell, as a mark of another kind', () => {
  const { svg, table } = forestPlot(ARMS, words)

  expect(svg.match(/class="point published"/g)).toHaveLength(5)
  expect(table.rows[1]).toEqual([
    'A: instruction=none',
    'published: o3, Authors 2026, Table 2',
    ...['', '', '94.5 (93.0–95.8)', '', '', ''],
    'published by others, another harness and wording',
  ])
})

test('beyond what anybody looks through, the drawing says how many rows the table has more', () => {
  const rows = Array.from({ length: ROWS_MAX + 2 }, (_, place) => row(`agent ${place}`, 1, 2))

  expect(forestPlot(data(rows), words).svg).toContain('… and 2 more rows in the table below')
})
