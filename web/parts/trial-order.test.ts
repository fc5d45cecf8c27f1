import { expect, test } from 'vitest'
import { sampleTrialIndex } from './sample-trial-index.ts'
import { columnsOf } from './trial-columns.ts'
import type { TrialOrder } from './trial-filter.ts'
import { neighboursOf, orderTrials } from './trial-order.ts'

const COLUMNS = columnsOf(
  sampleTrialIndex([
    { number: 10, durationMs: 5, tokens: 9, costUsd: 0.2 },
    { number: 20, durationMs: 1, tokens: 9 },
    { number: 30, durationMs: 9, tokens: 1, costUsd: 0.1 },
    { number: 40, durationMs: 3, tokens: 5 },
  ]),
)
const ALL = new Uint8Array(4).fill(1)

function numbers(order: TrialOrder, listed = ALL): number[] {
  const count = listed.reduce((sum, each) => sum + each, 0)
  return [...orderTrials(COLUMNS, listed, count, order)].map((place) => COLUMNS.number[place] ?? 0)
}

test('listed trials stand in the order that is asked for', () => {
  expect([
    numbers({ by: 'number', descending: false }),
    numbers({ by: 'number', descending: true }),
    numbers({ by: 'duration', descending: false }),
    numbers({ by: 'tokens', descending: false }),
  ]).toEqual([
    [10, 20, 30, 40],
    [40, 30, 20, 10],
    [20, 40, 10, 30],
    [30, 40, 10, 20],
  ])
})

test('trials whose price is not known stand last, whichever way the order goes', () => {
  expect([
    numbers({ by: 'cost', descending: false }),
    numbers({ by: 'cost', descending: true }),
  ]).toEqual([
    [30, 10, 20, 40],
    [10, 30, 20, 40],
  ])
})

test('trials that are not listed are left out', () => {
  expect(numbers({ by: 'duration', descending: true }, Uint8Array.of(1, 0, 0, 1))).toEqual([10, 40])
})

test('a trial has the neighbours that the list gives it', () => {
  const rows = orderTrials(COLUMNS, ALL, 4, { by: 'duration', descending: false })

  expect([20, 40, 30].map((number) => neighboursOf(COLUMNS, rows, number))).toEqual([
    { previous: null, next: 40, at: 0 },
    { previous: 20, next: 10, at: 1 },
    { previous: 10, next: null, at: 3 },
  ])
})

test('a trial that is not listed has those of which it would be the neighbour by number', () => {
  const rows = orderTrials(COLUMNS, Uint8Array.of(1, 0, 0, 1), 2, {
    by: 'number',
    descending: true,
  })

  expect([5, 20, 50].map((number) => neighboursOf(COLUMNS, rows, number))).toEqual([
    { previous: null, next: 10, at: null },
    { previous: 10, next: 40, at: null },
    { previous: 40, next: null, at: null },
  ])
  expect(neighboursOf(COLUMNS, new Uint32Array(0), 20)).toEqual({
    previous: null,
    next: null,
    at: null,
  })
})
