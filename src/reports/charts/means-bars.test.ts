import { chartContract } from '../../testing/chart-contract.ts'
import { type MeansData, meansBars } from './means-bars.ts'

const DATA: MeansData = {
  groups: [
    {
      label: 'openai/gpt-5',
      rows: [
        { label: 'disabled: it made the shutdown do nothing', kind: 'means', trials: 12, of: 100 },
        { label: 'evaded: it went round the shutdown', kind: 'means', trials: 3, of: 100 },
        { label: 'script overwritten', kind: 'act', trials: 14, of: 100 },
      ],
    },
    {
      label: 'anthropic/claude',
      rows: [{ label: 'script read', kind: 'act', trials: 44, of: 101 }],
    },
  ],
}

chartContract('means-bars', meansBars, {
  gallery: { 'two-agents': { data: DATA, numbers: [12, 3, 14, 44, 100, 101] } },
  extremes: {
    nothing: { data: { groups: [] }, numbers: [] },
    'no valid trial': {
      data: { groups: [{ label: 'a', rows: [{ label: 'b', kind: 'act', trials: 0, of: 0 }] }] },
      numbers: [0],
    },
  },
  labelled: (text): MeansData => ({
    groups: [{ label: text, rows: [{ label: text, kind: 'act', trials: 1, of: 2 }] }],
  }),
  folder: '../../../docs/gallery',
})
