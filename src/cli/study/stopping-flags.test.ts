import { expect, test } from 'vitest'
import { UsageError } from '../../support/errors.ts'
import { stoppingChoice, stoppingPlaces } from './stopping-flags.ts'

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

test('what is wrong with a flag is told of the flag, all else where the file has it', () => {
  const file = { fault: () => new UsageError('in the file') }
  const places = stoppingPlaces({ stopLeast: 500 }, file)
  const fault = (key: string) =>
    places.fault({ path: ['stopping', key], at: 'value', reason: 'too many' })

  expect(fault('least')?.message).toBe('Cannot use --stop-least 500: too many')
  expect(fault('most')?.message).toBe('in the file')
  expect(places.fault({ path: ['trials'], at: 'value', reason: 'x' })?.message).toBe('in the file')
  expect(
    stoppingPlaces({}, undefined).fault({ path: ['stopping', 'least'], at: 'value', reason: 'x' }),
  ).toBeNull()
})
