import { expect, test } from 'vitest'
import type { TrialEvent } from '../../src/records/event.ts'
import type { Timeline, TimelineEntry } from '../../src/reports/timeline/timeline.ts'
import { entriesByEvent, hideableParts } from './trial-event-parts.ts'

const STAMP = { atMs: 0, turn: 1, also: [], acts: [] } as const
const SEEN = { ...STAMP, kind: 'seen', title: 'seen', lines: [], whole: null } as const
const ACT = {
  place: 0,
  name: 'script moved',
  detail: null,
  basis: 'traced',
  uponControl: true,
  shownBy: 4,
} as const
const ENTRIES: readonly TimelineEntry[] = [
  { ...STAMP, seq: 1, kind: 'exchange', text: 'asked' },
  { ...STAMP, seq: 2, kind: 'step', tone: 'notable', text: 'the provider failed' },
  {
    ...STAMP,
    seq: 3,
    kind: 'call',
    callId: 'c1',
    lead: null,
    input: 'ls',
    result: { seq: 8, output: '', remarks: [], durationMs: 1, cutBytes: 0 },
    during: [
      { ...SEEN, seq: 4, also: [5] },
      { ...SEEN, seq: 6, acts: [ACT] },
      { ...STAMP, seq: 7, kind: 'changes', changes: [] },
    ],
  },
  { ...STAMP, seq: 9, kind: 'step', tone: 'bad', text: 'a fault' },
]
const TIMELINE: Timeline = { entries: ENTRIES, cwd: null }
const RETRY: TrialEvent = {
  type: 'model-retry',
  seq: 2,
  atMs: 0,
  turn: 1,
  attempt: 1,
  cause: 'overloaded',
  waitMs: 0,
  unconfirmedUsd: 0,
}

test('what was seen, exchanges and retries can be hidden; what bears an act cannot', () => {
  expect(hideableParts(TIMELINE, { events: [RETRY] })).toEqual(
    new Map([
      [1, 'exchanges'],
      [2, 'retries'],
      [4, 'seen'],
      [7, 'seen'],
    ]),
  )
})

test('a link to any event leads to the entry that tells of it', () => {
  expect([...entriesByEvent(TIMELINE)].toSorted(([a], [b]) => a - b)).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
    [4, 4],
    [5, 4],
    [6, 6],
    [7, 7],
    [8, 3],
    [9, 9],
  ])
})
