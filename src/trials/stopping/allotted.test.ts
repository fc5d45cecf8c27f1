import { expect, test } from 'vitest'
import type { Look } from '../../records/analysis.ts'
import type { Study } from '../../records/study.ts'
import { sampleHeader } from '../../testing/sample-records.ts'
import { allottedTrials } from './allotted.ts'

const cell = (agent: string, control = false) => ({
  agent,
  arm: { instruction: 'none' },
  preset: null,
  control,
})

const study = (differing: Partial<Study> = {}): Study =>
  sampleHeader({ study: { cells: [cell('a'), cell('b')], trials: 10, ...differing } }).study

const STOPPING = {
  stopping: { when: { goal: 'rate', rate: 0.1 }, every: 4, least: 1, most: 16, split: true },
} as const

const look = (number: number, decided: readonly ('below' | null)[]): Look => ({
  number,
  at: '2025-01-01T00:00:00.000Z',
  trials: 8 * number,
  level: 0.95,
  entries: decided.map((each, place) => ({
    place,
    counts: [{ k: 0, n: 4 * number }],
    low: 0,
    high: 0.5,
    decided: each,
  })),
})

test('without a stopping rule every cell is allotted what the study declares', () => {
  expect(allottedTrials(study(), [])).toEqual([10, 10])
})

test('with one a cell is allotted the batch under way, and what a decided cell leaves goes to the others', () => {
  const rule = study(STOPPING)

  expect(allottedTrials(rule, [])).toEqual([4, 4])
  expect(allottedTrials(rule, [look(1, [null, null])])).toEqual([8, 8])
  expect(allottedTrials(rule, [look(1, ['below', null])])).toEqual([4, 8])
  const looks = [look(1, ['below', null]), look(2, ['below', null]), look(3, ['below', null])]
  expect(allottedTrials(rule, looks)).toEqual([4, 16])
  expect(allottedTrials(rule, [look(1, ['below', 'below'])])).toEqual([4, 4])
})

test('a control beside them has in the end what the study declares', () => {
  const rule = study({ ...STOPPING, cells: [cell('a'), cell('b', true)] })

  expect(allottedTrials(rule, [look(1, ['below'])])).toEqual([4, 10])
})
