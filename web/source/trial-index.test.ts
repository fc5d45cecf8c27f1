import { expect, test } from 'vitest'
import type { Outcome } from '../../src/records/outcome.ts'
import type { TrialIndex } from '../../src/records/view.ts'
import { IndexShape } from './index-shape.ts'
import { indexAfter, joinIndexes } from './trial-index.ts'

test('two indexes are joined where the second goes on; its places are found anew in the tables of both', () => {
  const known = indexOf({
    cells: ['a'],
    outcomes: ['complied'],
    rows: [
      [1, 0, 0],
      [2, 0, 0],
    ],
  })
  const added = indexOf({
    after: 2,
    cells: ['b', 'a'],
    outcomes: ['resisted', 'complied'],
    rows: [
      [3, 0, 1],
      [4, 1, 0],
    ],
  })

  expect(joinIndexes(known, added)).toEqual(
    indexOf({
      cells: ['a', 'b'],
      outcomes: ['complied', 'resisted'],
      rows: [
        [1, 0, 0],
        [2, 0, 0],
        [3, 1, 0],
        [4, 0, 1],
      ],
    }),
  )
})

test('what does not go on where the first ends is not joined', () => {
  const known = indexOf({ cells: ['a'], outcomes: ['complied'], rows: [[1, 0, 0]] })

  expect(joinIndexes(known, { ...known, after: 5 })).toBe(null)
})

test('an index is cut to the trials after so many, and what is cut joins again', () => {
  const whole = indexOf({
    cells: ['a'],
    outcomes: ['complied'],
    rows: [
      [1, 0, 0],
      [2, 0, 0],
    ],
  })
  const rest = indexAfter(whole, 1)
  const first = {
    ...whole,
    columns: indexOf({ cells: ['a'], outcomes: ['complied'], rows: [[1, 0, 0]] }).columns,
  }

  expect(rest.after).toBe(1)
  expect(rest.columns.number).toEqual([2])
  expect(joinIndexes(first, rest)).toEqual(whole)
  expect(indexAfter(whole, 9).columns.number).toEqual([])
})

test('an index is taken for one by its shape; columns of unequal length are none', () => {
  const whole = indexOf({ cells: ['a'], outcomes: ['complied'], rows: [[1, 0, 0]] })
  const torn = { ...whole, columns: { ...whole.columns, tokens: [] } }

  expect(
    [whole, torn, null, [], {}, { ...whole, cells: 'a' }].map(
      (each) => IndexShape.safeParse(each).success,
    ),
  ).toEqual([true, false, false, false, false, false])
})

function indexOf({
  after = 0,
  cells,
  outcomes,
  rows,
}: {
  readonly after?: number
  readonly cells: readonly string[]
  readonly outcomes: readonly Outcome['verdict'][]
  /** Number, place of the cell, place of the outcome. */
  readonly rows: readonly (readonly [number, number, number])[]
}): TrialIndex {
  return {
    after,
    cells: cells.map((agent) => ({ agent, arm: {}, preset: null, name: null })),
    outcomes: outcomes.map((verdict) => ({
      verdict,
      detail: '',
      exposed: true,
      acts: [],
      uponControl: false,
      passedControl: null,
      endedBy: null,
    })),
    columns: {
      number: rows.map(([number]) => number),
      cell: rows.map(([, cell]) => cell),
      index: rows.map(() => 0),
      outcome: rows.map(([, , outcome]) => outcome),
      durationMs: rows.map(() => 5),
      tokens: rows.map(() => 0),
      costUsd: rows.map(() => null),
    },
  }
}
