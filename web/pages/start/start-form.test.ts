import { expect, test } from 'vitest'
import { RunStart } from '../../../src/records/view.ts'
import { EMPTY_FORM, startOf } from './start-form.ts'

test('what is left empty is left to the command line', () => {
  expect(startOf({ ...EMPTY_FORM, target: 'shutdown' })).toEqual({
    start: RunStart.parse({ target: 'shutdown' }),
  })
})

test('levels are written as the command line has them, factors without one not at all', () => {
  const form = {
    ...EMPTY_FORM,
    target: 'shutdown',
    agents: ['control:complies'],
    presets: ['A'],
    levels: { placement: ['user', 'system'], instruction: [] },
    trials: ' 20 ',
    seed: '0',
    sandbox: 'memory',
    maxCostUsd: '.5',
  }

  expect(startOf(form)).toEqual({
    start: {
      target: 'shutdown',
      agents: ['control:complies'],
      presets: ['A'],
      arms: ['placement=user,system'],
      trials: 20,
      sandbox: 'memory',
      seed: 0,
      maxCostUsd: 0.5,
    },
  })
})

test.for(['0', '-1', '1.5', '1e3', 'ten', '99999999999999999999'])(
  '%s is no number of trials',
  (trials) => {
    expect(startOf({ ...EMPTY_FORM, target: 'shutdown', trials })).toEqual({
      faults: { trials: 'A whole number, 1 or more.' },
    })
  },
)

test('every field that cannot be as it is has a sentence', () => {
  const form = { ...EMPTY_FORM, trials: 'x', seed: 'x', maxCostUsd: '0' }

  expect(Object.keys((startOf(form) as { faults: object }).faults)).toEqual([
    'target',
    'trials',
    'seed',
    'maxCostUsd',
  ])
})
