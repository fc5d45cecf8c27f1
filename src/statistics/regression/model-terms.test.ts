import { expect, test } from 'vitest'
import { modelTerms } from './model-terms.ts'

const rows = [
  { k: 1, n: 10, levels: { agent: 'b', instruction: 'none', stakes: 'low' } },
  { k: 2, n: 10, levels: { agent: 'a', instruction: 'none', stakes: 'low' } },
  { k: 3, n: 10, levels: { agent: 'a', instruction: 'allow', stakes: 'low' } },
  { k: 0, n: 0, levels: { agent: 'c', instruction: 'none', stakes: 'high' } },
]

test('a factor is coded by what differs from its reference', () => {
  const coded = modelTerms(rows, [{ name: 'agent', reference: 'a' }, { name: 'instruction' }])

  expect(coded).toEqual({
    design: {
      columns: ['(intercept)', 'agent=b', 'instruction=allow'],
      rows: [
        { k: 1, n: 10, x: [1, 1, 0] },
        { k: 2, n: 10, x: [1, 0, 0] },
        { k: 3, n: 10, x: [1, 0, 1] },
        { k: 0, n: 0, x: [1, 0, 0] },
      ],
    },
    terms: [
      { name: 'agent', reference: 'a', columns: [{ name: 'agent=b', level: 'b' }] },
      {
        name: 'instruction',
        reference: 'none',
        columns: [{ name: 'instruction=allow', level: 'allow' }],
      },
    ],
    constant: [],
  })
})

test('what does not vary among rows with trials is left out and named', () => {
  const { terms, constant } = modelTerms(rows, [{ name: 'stakes' }, { name: 'instruction' }])

  expect(terms.map(({ name }) => name)).toEqual(['instruction'])
  expect(constant).toEqual([{ factor: 'stakes', level: 'low' }])
})

test('a reference without a trial gives way to the first level that has one', () => {
  expect(modelTerms(rows, [{ name: 'agent', reference: 'c' }]).terms).toMatchObject([
    { name: 'agent', reference: 'b' },
  ])
  expect(modelTerms(rows.slice(3), [{ name: 'agent' }])).toMatchObject({ terms: [], constant: [] })
})

test('a level is never taken from what objects inherit', () => {
  expect(() => modelTerms(rows, [{ name: 'toString' }])).toThrow(
    'Cannot code factor "toString": a row has no level of it',
  )
})
