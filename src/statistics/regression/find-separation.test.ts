import { expect, test } from 'vitest'
import { findSeparation } from './find-separation.ts'
import reference from './regression-reference.json' with { type: 'json' }

const { fits } = reference
const separationOf = ({ columns, x, k, n }: (typeof fits)['sex2']) =>
  findSeparation({
    columns,
    rows: x.map((row, place) => ({ k: k[place] ?? 0, n: n[place] ?? 0, x: row })),
  })

// R's detectseparation finds NV of the endometrial data, and nothing else in them (its documentation).
test.each([
  [fits.endometrial, 'partial', [['NV', 1]]],
  [fits.sex2, 'partial', [['dia', 1]]],
  [fits.twoGroups, 'partial', [['pred', 1]]],
  [fits.cells, 'partial', [['c', -1]]],
  [
    fits.complete,
    'complete',
    [
      ['(Intercept)', -1],
      ['x', 1],
    ],
  ],
] as const)('data set %#', (fit, kind, infinite) => {
  expect(separationOf(fit)).toEqual({
    kind,
    infinite: infinite.map(([column, sign]) => ({ column, sign })),
  })
})

test('both kinds of trials in every cell: nothing is separated', () => {
  const rows = [
    { k: 1, n: 2, x: [1, 0] },
    { k: 1, n: 1000, x: [1, 1] },
  ]

  expect(findSeparation({ columns: ['one', 'x'], rows })).toEqual({ kind: 'none', infinite: [] })
})

test('pure cells that no direction can move are not separated', () => {
  const rows = [
    { k: 0, n: 5, x: [1, 0, 0] },
    { k: 5, n: 5, x: [1, 1, 0] },
    { k: 5, n: 5, x: [1, 0, 1] },
    { k: 0, n: 5, x: [1, 1, 1] },
  ]

  expect(findSeparation({ columns: ['one', 'a', 'b'], rows })).toEqual({
    kind: 'none',
    infinite: [],
  })
})

test('two groups are moved by directions of their own, and both are named', () => {
  const rows = [
    { k: 2, n: 5, x: [1, 0, 0] },
    { k: 5, n: 5, x: [1, 1, 0] },
    { k: 0, n: 400, x: [1, 0, 1] },
  ]

  expect(findSeparation({ columns: ['one', 'a', 'b'], rows })).toEqual({
    kind: 'partial',
    infinite: [
      { column: 'a', sign: 1 },
      { column: 'b', sign: -1 },
    ],
  })
})

test('rows with the same covariates are one', () => {
  const rows = [
    { k: 0, n: 5, x: [1] },
    { k: 1, n: 1, x: [1] },
  ]

  expect(findSeparation({ columns: ['one'], rows })).toEqual({ kind: 'none', infinite: [] })
})

test('columns of very different size make no difference', () => {
  const rows = [
    { k: 0, n: 5, x: [1, 1e6] },
    { k: 1, n: 5, x: [1, 2e6] },
    { k: 5, n: 5, x: [1, 3e6] },
  ]
  const design = { columns: ['one', 'x'], rows }

  expect(findSeparation(design)).toEqual({
    kind: 'partial',
    infinite: [
      { column: 'one', sign: -1 },
      { column: 'x', sign: 1 },
    ],
  })
  expect(findSeparation({ ...design, rows: [...rows, { k: 1, n: 2, x: [1, 4e6] }] })).toEqual({
    kind: 'none',
    infinite: [],
  })
})
