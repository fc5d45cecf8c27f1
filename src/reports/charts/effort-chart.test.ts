import { expect, test } from 'vitest'
import { chartContract } from '../../testing/chart-contract.ts'
import { type EffortData, type EffortRow, effortChart } from './effort-chart.ts'

function row(label: string, differing: Partial<EffortRow> = {}): EffortRow {
  const [medianMs, p90Ms] = [72_000, 185_000]
  return { label, trials: 100, medianMs, p90Ms, tokens: 1_000_001, costUsd: 12.3, ...differing }
}

const data = (rows: readonly EffortRow[], label = ''): EffortData => ({
  groups: rows.length === 0 ? [] : [{ label, rows }],
})

const UNPRICED = row('another/model', { medianMs: 7200, p90Ms: 8000, costUsd: null })
const SCRIPT = row('script:complies', { medianMs: 12, p90Ms: 25, tokens: 0, costUsd: null })

chartContract('effort-chart', effortChart, {
  gallery: {
    'time-and-cost': {
      data: data([row('openai/gpt-5'), UNPRICED, SCRIPT], 'A: instruction=none'),
      numbers: [100, 1_000_001, 0],
    },
    'time-alone': { data: data([SCRIPT]), numbers: [100, 0] },
  },
  extremes: {
    nothing: { data: data([]), numbers: [] },
    'no trial yet': {
      data: data([row('a', { trials: 0, medianMs: null, p90Ms: null, tokens: 0, costUsd: null })]),
      numbers: [0],
    },
    'no time at all': {
      data: data([row('a', { medianMs: 0, p90Ms: 0, costUsd: 0 })]),
      numbers: [100],
    },
  },
  labelled: (text) => data([row(text)], text),
  folder: '../../../docs/gallery',
})

test('it says where no price is known and where no model was asked', () => {
  const { svg } = effortChart(data([row('a'), UNPRICED, SCRIPT]), {
    key: 'k',
    title: 't',
    caption: 'c',
  })

  expect(svg).toContain('0.12 USD')
  expect(svg).toContain('no price is known')
  expect(svg).toContain('no model was asked')
})
