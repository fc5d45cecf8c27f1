import { expect, test } from 'vitest'
import { freeSubordinates } from './subordinate-ids.ts'

test.each([
  ['where nobody has any', [], '100000-165535'],
  ['after the only one', ['ada:100000:65536'], '165536-231071'],
  ['in a gap that is wide enough', ['ada:100000:65536', 'bob:231072:65536'], '165536-231071'],
  ['not in one that is too narrow', ['ada:100000:65536', 'bob:200000:65536'], '265536-331071'],
  ['whatever their order', ['bob:165536:65536', 'ada:100000:65536', ''], '231072-296607'],
  ['beside those that lie elsewhere', ['ada:1000000:65536'], '100000-165535'],
])('freeSubordinates() finds the lowest range %s', (_, taken, range) => {
  expect(freeSubordinates(taken)).toBe(range)
})
