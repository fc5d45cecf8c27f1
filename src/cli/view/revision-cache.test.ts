import { expect, test } from 'vitest'
import { createRevisionCache } from './revision-cache.ts'

/** Makes values by counting, and says for what. */
function counting() {
  const made: string[] = []
  return {
    made,
    make: (name: string) => async () => `${name} ${made.push(name)}`,
  }
}

test('a value is made once for all who ask, until its revision is another', async () => {
  const cache = createRevisionCache<string>(2)
  const { make, made } = counting()

  const [first, second] = await Promise.all([
    cache.get('a', '1', make('a')),
    cache.get('a', '1', make('a')),
  ])
  const later = await cache.get('a', '2', make('a'))

  expect([first, second, later]).toEqual(['a 1', 'a 1', 'a 2'])
  expect(made).toEqual(['a', 'a'])
})

test('the name that was not asked for the longest is forgotten', async () => {
  const cache = createRevisionCache<string>(2)
  const { make, made } = counting()

  for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) await cache.get(name, '1', make(name))

  expect(made).toEqual(['a', 'b', 'c', 'b'])
})

test('what failed is made anew', async () => {
  const cache = createRevisionCache<string>(2)

  await expect(cache.get('a', '1', () => Promise.reject(new Error('no')))).rejects.toThrow('no')

  expect(await cache.get('a', '1', async () => 'yes')).toBe('yes')
})
