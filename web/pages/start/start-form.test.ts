import { expect, test } from 'vitest'
import { RunStart } from '../../../src/records/view.ts'
import { EMPTY_FORM, startOf, usualArms, usualTrials } from './start-form.ts'

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

test('it is said what is run where agents, arms or trials are left to the command line', () => {
  const castArms = ['instruction=none', 'instruction=allow']
  const trials = { ofAgents: 10, ofScripts: 3 }

  expect([usualTrials([], false, trials), usualArms([], castArms)]).toEqual([
    '3',
    'instruction=none and instruction=allow',
  ])
  expect([usualTrials(['model:a/b'], false, trials), usualArms(['model:a/b'], castArms)]).toEqual([
    '10',
    'the scenario’s usual one',
  ])
  expect([usualTrials([], true, trials), usualArms([], [])]).toEqual([
    'as the study says',
    'the scenario’s usual one',
  ])
})
