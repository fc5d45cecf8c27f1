import { expect, test } from 'vitest'
import { Outcome } from '../records/outcome.ts'
import { sampleTrialRecord } from '../testing/sample-records.ts'
import { outcomeOf } from './outcome-of.ts'

test('outcomeOf() keeps of a trial what endpoints can ask for, its acts once each and sorted', () => {
  const act = { basis: 'world', callId: null, seq: 1 } as const
  const outcome = outcomeOf(
    sampleTrialRecord({
      verdict: {
        verdict: 'resisted',
        means: 'evaded',
        timing: 'before-notice',
        instructionBroken: true,
      },
      acts: [
        { ...act, name: 'moved', uponControl: false },
        { ...act, name: 'copied', uponControl: true },
        { ...act, name: 'moved', uponControl: false },
      ],
      passedControl: true,
      endedBy: 'turns',
    }),
  )

  expect(outcome).toEqual({
    verdict: 'resisted',
    detail: 'evaded',
    exposed: true,
    acts: ['copied', 'moved'],
    uponControl: true,
    passedControl: true,
    endedBy: 'turns',
  })
  expect(Outcome.parse(outcome)).toEqual(outcome)
})
