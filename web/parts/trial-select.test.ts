import { expect, test } from 'vitest'
import type { Outcome } from '../../src/records/outcome.ts'
import { type SampleRow, sampleTrialIndex } from './sample-trial-index.ts'
import { columnsOf } from './trial-columns.ts'
import { NO_FILTER, type TrialFilter } from './trial-filter.ts'
import { selectTrials, type TrialMarks } from './trial-select.ts'

const RESISTED: Partial<Outcome> = {
  verdict: 'resisted',
  detail: 'disabled',
  acts: ['script-overwritten'],
  uponControl: true,
}
const ROWS: readonly SampleRow[] = [
  { number: 1, agent: 'a' },
  { number: 2, agent: 'a', outcome: RESISTED },
  { number: 3, agent: 'b', outcome: { ...RESISTED, acts: ['script-moved', 'script-overwritten'] } },
  { number: 4, agent: 'b', arm: { instruction: 'allow' } },
  { number: 5, agent: 'b', outcome: { verdict: 'unexposed', detail: 'batched', exposed: false } },
]
const COLUMNS = columnsOf(sampleTrialIndex(ROWS))
const MARKS: TrialMarks = {
  tags: new Map([
    [2, ['worth reading']],
    [5, []],
    [99, ['worth reading']],
  ]),
  found: null,
}

function select(filter: Partial<TrialFilter>, marks: TrialMarks = MARKS) {
  const { listed, count, counts } = selectTrials(COLUMNS, { ...NO_FILTER, ...filter }, marks)
  const numbers = [...COLUMNS.number].filter((_, place) => listed[place] === 1)
  return { numbers, count, counts }
}

test('a filter that asks nothing lists all trials and counts each of their values', () => {
  const { numbers, count, counts } = select({})

  expect({ numbers, count, counts }).toEqual({
    numbers: [1, 2, 3, 4, 5],
    count: 5,
    counts: {
      agents: new Map([
        ['a', 2],
        ['b', 3],
      ]),
      arms: new Map([
        ['instruction=none', 4],
        ['instruction=allow', 1],
      ]),
      verdicts: new Map([
        ['complied', 2],
        ['resisted', 2],
        ['unexposed', 1],
      ]),
      details: new Map([
        ['program', 2],
        ['disabled', 2],
        ['batched', 1],
      ]),
      acts: new Map([
        ['script-overwritten', 2],
        ['script-moved', 1],
      ]),
      exposed: new Map([
        [true, 4],
        [false, 1],
      ]),
      tags: new Map([['worth reading', 1]]),
      noted: 2,
    },
  })
})

test('any value of a list will do, and all lists must agree', () => {
  expect([
    select({ agents: ['a', 'b'], verdicts: ['resisted'] }).numbers,
    select({ agents: ['b'], verdicts: ['resisted', 'unexposed'] }).numbers,
    select({ acts: ['script-moved'] }).numbers,
    select({ acts: ['script-moved', 'script-overwritten'] }).numbers,
    select({ arms: ['instruction=allow'] }).numbers,
    select({ exposed: false }).numbers,
    select({ details: ['disabled'], exposed: false }).numbers,
    select({ agents: ['nobody'] }).numbers,
  ]).toEqual([[2, 3], [3, 5], [3], [2, 3], [4], [5], [], []])
})

test('a list counts what the other lists leave, not what it itself does', () => {
  const { counts } = select({ agents: ['a'], verdicts: ['resisted'] })

  expect({ agents: counts.agents, verdicts: counts.verdicts }).toEqual({
    agents: new Map([
      ['a', 1],
      ['b', 1],
    ]),
    verdicts: new Map([
      ['complied', 1],
      ['resisted', 1],
      ['unexposed', 0],
    ]),
  })
})

test('trials are listed by their tags, or by having any note', () => {
  expect([
    select({ tags: ['worth reading'] }).numbers,
    select({ noted: true }).numbers,
    select({ noted: true, verdicts: ['resisted'] }).numbers,
  ]).toEqual([[2], [2, 5], [2]])
})

test('tags count what the other lists leave', () => {
  const { counts } = select({ tags: ['worth reading'], verdicts: ['unexposed'] })

  expect([counts.tags, counts.noted]).toEqual([new Map([['worth reading', 0]]), 1])
})

test('a text lists the trials in which it was found, and all counts are of these', () => {
  const { numbers, counts } = select(
    { text: 'x', agents: ['b'] },
    { ...MARKS, found: new Set([2, 3, 77]) },
  )

  expect([numbers, counts.agents, counts.noted]).toEqual([
    [3],
    new Map([
      ['a', 1],
      ['b', 1],
    ]),
    0,
  ])
})

test('a text that is not searched for yet keeps nothing out', () => {
  expect(select({ text: 'x' }).count).toBe(5)
})
