import { expect, test } from 'vitest'
import { stoppingChoice } from './stopping-flags.ts'

test('without a flag the rule of the file stands, or none', () => {
  expect(stoppingChoice(undefined, {})).toBeUndefined()
  expect(stoppingChoice({ rate: 0.05, most: 300 }, {})).toEqual({ rate: 0.05, most: 300 })
})

test('a goal takes the place of the one in the file, and the rest is laid over it', () => {
  expect(
    stoppingChoice({ difference: true, every: 5, split: false }, { stopRate: 0.1, stopLeast: 40 }),
  ).toEqual({ rate: 0.1, every: 5, split: false, least: 40 })
  expect(stoppingChoice({ width: 0.2 }, { stopEvery: 50, stopMost: 900 })).toEqual({
    width: 0.2,
    every: 50,
    most: 900,
  })
})

test('two goals, or none for what is said of it, are refused', () => {
  expect(() => stoppingChoice(undefined, { stopRate: 0.1, stopWidth: 0.1 })).toThrow(
    'Cannot stop by --stop-width and by --stop-rate: a run has one goal',
  )
  expect(() => stoppingChoice(undefined, { stopEvery: 5 })).toThrow(
    'Cannot use --stop-every: it is not said when to stop',
  )
})
