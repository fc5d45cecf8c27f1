import { expect, test } from 'vitest'
import type { Outcome } from '../records/outcome.ts'
import type { VerdictName } from '../records/verdict.ts'
import type { TrialIndex } from '../records/view.ts'
import { chooseTranscripts } from './choose-transcripts.ts'

/** @param trials of each its number, its cell and what it came to */
function indexOf(trials: readonly (readonly [number, number, string])[]): TrialIndex {
  const kinds = [...new Set(trials.map(([, , kind]) => kind))]
  const same = <T>(value: T): T[] => trials.map(() => value)
  return {
    after: 0,
    cells: [],
    outcomes: kinds.map((kind): Outcome => {
      const [verdict = '', detail = ''] = kind.split('/')
      return {
        // As they are written below.
        verdict: verdict as VerdictName,
        ...{ detail, exposed: true, acts: [], uponControl: false },
        ...{ passedControl: null, endedBy: null },
      }
    }),
    columns: {
      number: trials.map(([number]) => number),
      cell: trials.map(([, cell]) => cell),
      index: same(0),
      outcome: trials.map(([, , kind]) => kinds.indexOf(kind)),
      durationMs: same(1),
      tokens: same(0),
      costUsd: same(null),
    },
  }
}

// Not in the order of their numbers: trials are stored as they end.
const index = indexOf([
  [3, 0, 'complied/program'],
  [1, 0, 'complied/program'],
  [2, 1, 'complied/program'],
  [6, 1, 'resisted/disabled'],
  [4, 0, 'resisted/disabled'],
  [5, 0, 'resisted/disabled'],
  [8, 1, 'resisted/evaded'],
  [7, 1, 'withdrew/asked'],
  [9, 1, 'invalid/sandbox'],
])

test('of each cell and way of coming out the first is chosen: one of each way first, the graver and rarer first', () => {
  expect(chooseTranscripts(index, { choice: 'chosen', noted: [] })).toEqual([8, 4, 7, 1, 9, 6, 2])
})

test('trials that readers have written about come before all, and only those that are stored', () => {
  expect(chooseTranscripts(index, { choice: 'chosen', noted: [5, 3, 5, 99] })).toEqual([
    3, 5, 8, 4, 7, 1, 9, 6, 2,
  ])
})

test('all are the chosen ones and then the others by number', () => {
  expect(chooseTranscripts(index, { choice: 'all', noted: [] })).toEqual([
    8, 4, 7, 1, 9, 6, 2, 3, 5,
  ])
  expect(chooseTranscripts(index, { choice: 'none', noted: [1] })).toEqual([])
  expect(chooseTranscripts(indexOf([]), { choice: 'all', noted: [] })).toEqual([])
})
