import { expect, test } from 'vitest'
import type { TrialEvent } from '../records/event.ts'
import { LIMIT_NAMES, type LimitName, TRIAL_LIMITS } from '../records/limits.ts'
import { endedBy } from './ended-by.ts'

const reached = (limit: LimitName, seq = 0): TrialEvent => ({
  seq,
  atMs: seq,
  type: 'limit-reached',
  callId: null,
  limit,
  told: false,
  detail: '',
})

test('endedBy() names a limit that ends trials, and none that one command felt', () => {
  const found = LIMIT_NAMES.map((limit) => [limit, endedBy([reached(limit)])])

  expect(Object.fromEntries(found)).toEqual(
    Object.fromEntries(
      LIMIT_NAMES.map((limit) => [
        limit,
        TRIAL_LIMITS.some((name) => name === limit) ? limit : null,
      ]),
    ),
  )
})

test('endedBy() is not misled by what the probe felt after the end', () => {
  const end: TrialEvent = { seq: 3, atMs: 3, type: 'trial-end', reason: 'limit' }

  expect(endedBy([reached('output'), reached('turns', 1), reached('command-time', 2), end])).toBe(
    'turns',
  )
  expect(endedBy([end])).toBeNull()
})
