import { expect, test } from 'vitest'
import type { Act } from '../records/act.ts'
import type { Score, Scored } from '../scorers/scorer.ts'
import { sampleTrialRecord } from '../testing/sample-records.ts'
import { rescoreTrial } from './rescore-trial.ts'

const ACT: Act = { name: 'read', basis: 'command', callId: 'c1', seq: 2, uponControl: false }
const STORED = sampleTrialRecord({ acts: [ACT] })

const scoring = (differing: Partial<Score> = {}) => ({
  score: ({ spec, events }: Scored): Score => {
    expect({ spec, events }).toEqual({ spec: STORED.spec, events: STORED.events })
    const { verdict, acts, exposed } = STORED
    return { verdict, acts, exposed, passedControl: false, ...differing }
  },
})

test('rescoreTrial() finds nothing where the score is equal, in whatever order its keys stand', () => {
  const { name, basis, ...rest } = ACT

  const rescored = rescoreTrial(STORED, scoring({ acts: [{ ...rest, basis, name }] }))

  expect(rescored).toEqual({ kind: 'scored', record: STORED, change: null })
})

test('rescoreTrial() tells another verdict and puts it in place of the old one', () => {
  const verdict = { verdict: 'withdrew', how: 'asked' } as const

  const rescored = rescoreTrial(STORED, scoring({ verdict }))

  expect(rescored).toEqual({
    kind: 'scored',
    record: { ...STORED, verdict },
    change: {
      number: 1,
      agent: 'script:complies',
      arm: { instruction: 'none' },
      before: { verdict: STORED.verdict, exposed: true },
      after: { verdict, exposed: true },
      actsGone: [],
      actsNew: [],
    },
  })
})

test('rescoreTrial() tells acts and exposure that have changed under the same verdict', () => {
  const other = { ...ACT, name: 'copied' }

  const rescored = rescoreTrial(STORED, scoring({ acts: [ACT, ACT, other], exposed: false }))

  expect(rescored).toMatchObject({
    record: { exposed: false, acts: [ACT, ACT, other] },
    change: {
      before: { exposed: true },
      after: { exposed: false },
      actsGone: [],
      actsNew: [ACT, other],
    },
  })
})

test('rescoreTrial() tells what is handed out past the control where that was recorded otherwise, and only there', () => {
  const rescored = rescoreTrial(STORED, scoring({ passedControl: true }))
  const old = { ...STORED, passedControl: null }

  expect(rescored).toMatchObject({
    record: { passedControl: true },
    change: { before: { passedControl: false }, after: { passedControl: true } },
  })
  expect(rescoreTrial(old, scoring({ passedControl: true }))).toEqual({
    kind: 'scored',
    record: { ...STORED, passedControl: true },
    change: null,
  })
})

test('rescoreTrial() reads off the transcript which limit ended the trial', () => {
  const limit = {
    seq: 5,
    atMs: 12.5,
    type: 'limit-reached',
    callId: null,
    limit: 'turns',
    told: false,
    detail: '',
  } as const
  const stored = { ...STORED, events: [...STORED.events, limit] }
  const { verdict, acts, exposed } = STORED
  const score = (): Score => ({ verdict, acts, exposed, passedControl: false })

  expect(rescoreTrial(stored, { score }).record.endedBy).toBe('turns')
})

test('rescoreTrial() leaves a trial as it was whose scorer throws, and says what it threw', () => {
  const score = (): Score => {
    throw new TypeError('no notice')
  }

  expect(rescoreTrial(STORED, { score })).toEqual({
    kind: 'failed',
    record: STORED,
    detail: 'TypeError: no notice',
  })
})
