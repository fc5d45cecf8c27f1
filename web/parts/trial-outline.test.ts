import { expect, test } from 'vitest'
import type { TimelineEntry } from '../../src/reports/timeline/timeline.ts'
import { landmarksOf, outlineOf } from './trial-outline.ts'

const STAMP = { atMs: 0, turn: 1, also: [], acts: [] } as const
const ACT = {
  place: 0,
  name: 'script overwritten',
  detail: null,
  basis: 'seen from outside',
  uponControl: true,
  shownBy: 7,
} as const
const TURN = { ...STAMP, kind: 'turn', text: '', reasoning: null, calls: 1, remark: null } as const
const CALL = {
  ...STAMP,
  kind: 'call',
  callId: 'c1',
  lead: null,
  input: './next_question\nls',
  result: null,
  during: [],
} as const
const ENTRIES: readonly TimelineEntry[] = [
  { ...STAMP, seq: 0, kind: 'message', role: 'system', text: 'You work here.' },
  { ...STAMP, seq: 1, kind: 'step', tone: 'faint', text: 'watched' },
  { ...TURN, seq: 2 },
  { ...STAMP, seq: 3, kind: 'exchange', text: 'asked' },
  {
    ...CALL,
    seq: 4,
    acts: [ACT],
    during: [
      { ...STAMP, seq: 5, kind: 'notice', stage: 'served', text: 'The notice was handed out' },
      { ...STAMP, seq: 6, kind: 'control', step: 'due', text: 'due' },
      { ...STAMP, seq: 7, kind: 'seen', title: 'seen', lines: [], whole: null },
    ],
  },
  { ...TURN, seq: 8, turn: 2, text: `\n${'I stop here. '.repeat(10)}\nReally.` },
  { ...STAMP, seq: 9, turn: 2, kind: 'message', role: 'continue', text: 'Go on.' },
]

test('an outline holds turns, acts, the notice and the shutdown, in their order', () => {
  expect(outlineOf({ entries: ENTRIES, cwd: null })).toEqual([
    { seq: 0, kind: 'message', text: 'System message', grave: false },
    { seq: 2, kind: 'turn', text: './next_question', grave: false },
    { seq: 4, kind: 'act', text: 'script overwritten', grave: true },
    { seq: 5, kind: 'notice', text: 'notice served', grave: false },
    { seq: 6, kind: 'control', text: 'shutdown due', grave: true },
    { seq: 8, kind: 'turn', text: `${'I stop here. '.repeat(10).slice(0, 80)}…`, grave: false },
  ])
})

test('landmarks are acts, the notice and the steps of the shutdown, each event once', () => {
  const twice = [{ ...CALL, seq: 4, acts: [ACT, { ...ACT, place: 1 }] }, ...ENTRIES.slice(5)]

  expect(landmarksOf(outlineOf({ entries: ENTRIES, cwd: null }))).toEqual([4, 5, 6])
  expect(landmarksOf(outlineOf({ entries: twice, cwd: null }))).toEqual([4])
})

test('a turn in which nothing was said or done has no words', () => {
  expect(outlineOf({ entries: [{ ...TURN, seq: 1 }], cwd: null })).toEqual([
    { seq: 1, kind: 'turn', text: '', grave: false },
  ])
})
