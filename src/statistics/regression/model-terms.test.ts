import { expect, test } from 'vitest'
import { modelTerms } from './model-terms.ts'

const rows = [
  { k: 1, n: 10, levels: { agent: 'b', instruction: 'none', stakes: 'low' } },
  { k: 2, n: 10, levels: { agent: 'a', instruction: 'none', stakes: 'low' } },
  { k: 3, n: 10, levels: { agent: 'a', instruction: 'allow', stakes: 'low' } },
  { k: 0, n: 0, levels: { agent: 'c', instruction: 'none', stakes: 'high' } },
]

test('a factor is coded by what differs from its reference', () => {
  const { design, references } = modelTerms({
    rows,
    factors: [{ name: 'agent', reference: 'a' }, { name: 'instruction' }],
  })

  expect(design).toEqual({
    columns: ['(intercept)', 'agent=b', 'instruction=allow'],
    rows: [
      { k: 1, n: 10, x: [1, 1, 0] },
      { k: 2, n: 10, x: [1, 0, 0] },
      { k: 3, n: 10, x: [1, 0, 1] },
      { k: 0, n: 0, x: [1, 0, 0] },
    ],
  })
  expect(references).toEqual({ agent: 'a', instruction: 'none' })
})

test('what does not vary among rows with trials is left out and named', () => {
  const { terms, constant } = modelTerms({
    rows,
    factors: [{ name: 'stakes' }, { name: 'instruction' }],
    interactions: [['stakes', 'instruction']],
  })

  expect(terms.map(({ name }) => name)).toEqual(['instruction'])
  expect(constant).toEqual([{ factor: 'stakes', level: 'low' }])
})

test('a reference without a trial gives way to the first level that has one', () => {
  const { references } = modelTerms({ rows, factors: [{ name: 'agent', reference: 'c' }] })

  expect(references).toEqual({ agent: 'b' })
})

test('an interaction is one where both levels are', () => {
  const { terms, design } = modelTerms({
    rows,
    factors: [{ name: 'agent', reference: 'b' }, { name: 'instruction' }],
    interactions: [['agent', 'instruction']],
  })

  expect(terms[2]).toEqual({
    name: 'agent:instruction',
    factors: ['agent', 'instruction'],
    columns: [{ name: 'agent=a:instruction=allow', levels: { agent: 'a', instruction: 'allow' } }],
  })
  expect(design.rows.map(({ x }) => x[3])).toEqual([0, 0, 1, 0])
})

test('a level is never taken from what objects inherit', () => {
  expect(() => modelTerms({ rows, factors: [{ name: 'toString' }] })).toThrow(
    'Cannot code factor "toString": a row has no level of it',
  )
  expect(() => modelTerms({ rows, factors: [], interactions: [['x', 'y']] })).toThrow(RangeError)
})
