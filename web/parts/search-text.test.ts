import { expect, test } from 'vitest'
import { parseSearch, searchText, searchTexts, stringifySearch } from './search-text.ts'

test('what looks like a number, a list or JSON stays text', () => {
  expect(parseSearch('?a=17&b=true&c=%5B1%5D&c=null')).toEqual({
    a: '17',
    b: 'true',
    c: ['[1]', 'null'],
  })
})

test('what is empty, false or missing is left out of an address', () => {
  const search = { a: '', b: undefined, c: false, d: null, e: [], f: 3, g: ['x', '', 'y'], h: true }

  expect(stringifySearch(search)).toBe('?f=3&g=x&g=y&h=true')
  expect(stringifySearch({ a: '' })).toBe('')
})

test('hostile texts come back as they went', () => {
  const search = { text: '"><script>&#?=%00\u202e', chosen: ['a&b', 'c=d'] }

  expect(parseSearch(stringifySearch(search))).toEqual(search)
})

test('a name that is repeated has several texts, of which the first counts where one is asked for', () => {
  const search = { a: ['', 'x', 'y'], b: 4 }

  expect([searchText(search, 'a'), searchTexts(search, 'a')]).toEqual(['x', ['x', 'y']])
  expect([searchText(search, 'b'), searchText(search, 'c')]).toEqual(['4', undefined])
})
