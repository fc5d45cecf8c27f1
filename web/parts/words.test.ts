import { expect, test } from 'vitest'
import { countText, momentText, statusWords } from './words.ts'

test('long counts are written in threes', () => {
  expect([0, 999, 1_000, 1_234_567].map(countText)).toEqual(['0', '999', '1,000', '1,234,567'])
})

test('what is no moment is shown as it stands', () => {
  expect(momentText('yesterday')).toBe('yesterday')
  expect(momentText('2026-03-01T12:00:00.000Z')).toMatch(/^1 Mar 2026, \d\d:00$/)
})

test('a run that goes on is paused or stopping by what was wished of it; one that has ended is what it is', () => {
  expect(
    [
      statusWords('running'),
      statusWords('running', 'go'),
      statusWords('running', 'pause'),
      statusWords('running', 'stop'),
      statusWords('finished', 'pause'),
    ].map(({ word }) => word),
  ).toEqual(['Running', 'Running', 'Paused', 'Stopping', 'Finished'])
})
