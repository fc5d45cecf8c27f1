import { expect, test } from 'vitest'
import { keySequence } from './key-sequence.ts'

const ALL = [{ keys: 'g r' }, { keys: 'r' }, { keys: '/' }]

test('a key alone is found at once', () => {
  const press = keySequence()

  expect(press({ key: '/', atMs: 0 }, ALL)).toEqual({ keys: '/' })
})

test('a second key that follows soon ends the longer sequence', () => {
  const press = keySequence()

  expect([press({ key: 'g', atMs: 0 }, ALL), press({ key: 'r', atMs: 900 }, ALL)]).toEqual([
    null,
    { keys: 'g r' },
  ])
})

test('a second key that comes late stands for itself', () => {
  const press = keySequence()

  expect([press({ key: 'g', atMs: 0 }, ALL), press({ key: 'r', atMs: 9_000 }, ALL)]).toEqual([
    null,
    { keys: 'r' },
  ])
})

test('of two for the same keys the later one is taken', () => {
  const later = { keys: '/' }

  expect(keySequence()({ key: '/', atMs: 0 }, [...ALL, later])).toBe(later)
})
