import { expect, test } from 'vitest'
import { momentText, statusWords } from './words.ts'

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
