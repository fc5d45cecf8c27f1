import { expect, test } from 'vitest'
import { SourceError } from '../source/source.ts'
import { sampleTrialIndex } from './sample-trial-index.ts'
import { columnsOf, placeOf } from './trial-columns.ts'

test('trials stand by their numbers, whatever order they were stored in', () => {
  const columns = columnsOf(
    sampleTrialIndex([
      { number: 3, durationMs: 30, costUsd: 0.3 },
      { number: 1, durationMs: 10, tokens: 7 },
      { number: 2, durationMs: 20, outcome: { verdict: 'resisted', detail: 'disabled' } },
    ]),
  )

  expect({
    size: columns.size,
    number: [...columns.number],
    durationMs: [...columns.durationMs],
    tokens: [...columns.tokens],
    costUsd: [...columns.costUsd],
    index: [...columns.index],
    verdicts: [...columns.kind].map((kind) => columns.kinds[kind]?.outcome.verdict),
  }).toEqual({
    size: 3,
    number: [1, 2, 3],
    durationMs: [10, 20, 30],
    tokens: [7, 0, 0],
    costUsd: [Number.NaN, Number.NaN, 0.3],
    index: [1, 2, 0],
    verdicts: ['complied', 'resisted', 'complied'],
  })
})

test('trials of the same cell that came to the same are of one kind', () => {
  const columns = columnsOf(
    sampleTrialIndex([
      { number: 1 },
      { number: 2, agent: 'script:b' },
      { number: 3 },
      { number: 4, agent: 'script:b', outcome: { exposed: false } },
    ]),
  )

  expect([...columns.kind]).toEqual([0, 1, 0, 2])
})

test('a run without trials has none', () => {
  expect(columnsOf(sampleTrialIndex([]))).toMatchObject({ size: 0, kinds: [] })
})

test('a trial is found by its number', () => {
  const columns = columnsOf(sampleTrialIndex([{ number: 2 }, { number: 5 }, { number: 9 }]))

  expect([1, 2, 5, 6, 9, 10].map((number) => placeOf(columns, number))).toEqual([
    null,
    0,
    1,
    null,
    2,
    null,
  ])
})

test('an index whose rows name what is not there is refused with a sentence', () => {
  const index = sampleTrialIndex([{ number: 1 }])

  expect(() => columnsOf({ ...index, outcomes: [] })).toThrow(
    new SourceError(
      'damaged',
      'The list of trials cannot be shown: its row 0 names what is not there.',
    ),
  )
})
