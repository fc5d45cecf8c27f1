import { expect, test } from 'vitest'
import { comparisonQuery } from '../../source/comparison-query.ts'
import { compareSearch } from './compare-search.ts'

test('an address holds what is compared and nothing else', () => {
  expect(compareSearch({ a: 'x', b: 'y', by: 'arms', reverse: 'true', evil: '1' })).toEqual({
    a: 'x',
    b: 'y',
    by: 'arms',
    reverse: true,
  })
  expect(compareSearch({ reverse: 'no', endpoint: '' })).toEqual({})
})

test('the server is asked for the terms that were chosen, others are the studies’ own', () => {
  expect(comparisonQuery(['a/b', 'c&d'], { by: '', endpoint: 'strict', reverse: false })).toBe(
    'a=a%2Fb&b=c%26d&endpoint=strict',
  )
  expect(comparisonQuery(['a'], { reverse: true })).toBe('a=a&reverse=true')
})
