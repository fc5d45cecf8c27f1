import { expect, test } from 'vitest'
import { chartContract } from '../../testing/chart-contract.ts'
import { type LookData, type LookSubject, lookPath, type PathPoint } from './look-path.ts'

function points(looks: number, rate: number): PathPoint[] {
  return Array.from({ length: looks }, (_, place) => ({
    ...{ look: place + 1, n: 10 * (place + 1) },
    low: Math.max(0, rate - 0.4 / Math.sqrt(place + 1)),
    high: Math.min(1, rate + 0.7 / Math.sqrt(place + 1)),
  }))
}

function subject(label: string, looks: number, what: string | null = null): LookSubject {
  return {
    label,
    points: points(looks, 0.05),
    decided: what === null ? null : { look: looks, what },
    counts: `1 of ${10 * looks}`,
  }
}

const data = (subjects: readonly LookSubject[], differing: Partial<LookData> = {}): LookData => ({
  ...{ subjects, bound: 0.1, width: null, axis: 'rate in %' },
  ...differing,
})

chartContract('look-path', lookPath, {
  gallery: {
    'shown-below': {
      data: data([
        subject('openai/gpt-5, A', 9, 'below 10 %'),
        subject('openai/gpt-5, E', 12),
        subject('anthropic/claude, A', 2, 'above 10 %'),
        subject('anthropic/claude, E', 1),
      ]),
      numbers: [9, 12, 2, 1],
    },
    'narrow-enough': {
      data: data([subject('a', 14, 'known well enough')], { bound: null, width: 0.1 }),
      numbers: [14],
    },
  },
  extremes: {
    nothing: { data: data([]), numbers: [] },
    'not looked at yet': { data: data([{ ...subject('a', 0), counts: '' }]), numbers: [] },
    'a hundred thousand looks': { data: data([subject('a', 100_000)]), numbers: [100_000] },
    '300 cells': {
      data: data(Array.from({ length: 300 }, (_, place) => subject(`cell ${place}`, 3))),
      numbers: [3],
    },
    differences: {
      data: data([subject('E against A', 5, 'they differ')], {
        ...{ bound: 0, axis: 'difference in percentage points' },
      }),
      numbers: [5],
    },
  },
  labelled: (text) => ({ ...data([{ ...subject(text, 3, text), counts: text }]), axis: text }),
  folder: '../../../docs/gallery',
})

test('however many looks there were, the path stays one that a page can hold', () => {
  const words = { key: 'k', title: 't', caption: 'c' }

  expect(lookPath(data([subject('a', 100_000)]), words).svg.length).toBeLessThan(20_000)
})
