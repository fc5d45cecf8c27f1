import { expect, test } from 'vitest'
import { namesWithin } from './names-within.ts'

test('what names share up to a colon or a slash is left out', () => {
  expect(namesWithin(['model:openai/gpt-5', 'model:openai/gpt-4'])).toEqual(['gpt-5', 'gpt-4'])
  expect(namesWithin(['control:a', 'control:ab'])).toEqual(['a', 'ab'])
})

test('letters alone are no part of a name that is shared', () => {
  expect(namesWithin(['resists', 'resigns'])).toEqual(['resists', 'resigns'])
})

test('one name, none, and the same name twice stay readable', () => {
  expect([namesWithin(['model:a/b']), namesWithin([]), namesWithin(['a:b', 'a:b'])]).toEqual([
    ['model:a/b'],
    [],
    ['b', 'b'],
  ])
})
