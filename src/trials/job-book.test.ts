import { expect, test } from 'vitest'
import type { ProcessSeen, Trace } from '../records/evidence.ts'
import { createJobBook } from './job-book.ts'

const SHELL = process(2, 1, ['/bin/bash'])

test('what a call leaves running is told once, and whose it is when it is an earlier call’s', () => {
  const book = createJobBook([SHELL])
  const sleeper = process(10, 2, ['sleep', '60'])
  const second = process(20, 2, ['sleep', '90'])

  expect(book.noteLeft([SHELL], 'a')).toBeNull()
  expect(book.noteLeft([SHELL, sleeper], 'b')).toEqual({ processes: [sleeper], startedBy: {} })
  expect(book.noteLeft([SHELL, sleeper], 'c')).toBeNull()
  expect(book.noteLeft([SHELL, sleeper, second], 'd')).toEqual({
    processes: [sleeper, second],
    startedBy: { 10: 'b' },
  })
  expect(book.noteLeft([SHELL], 'e')).toBeNull()
})

test('what a job starts later belongs to the call that left the job, however deep', () => {
  const book = createJobBook([SHELL])
  book.noteLeft([SHELL, process(10, 2, ['loop'])], 'a')

  const traces = [exec(11, 10), exec(12, 11), exec(13, 2)]
  expect(book.noteTraces({ traces, leftOut: 0 }, 'b')?.startedBy).toEqual({ 11: 'a', 12: 'a' })

  const left = [SHELL, process(12, 1, ['daemon']), process(13, 2, ['new'])]
  expect(book.noteLeft(left, 'b')?.startedBy).toEqual({ 12: 'a' })
  expect(book.noteTraces({ traces: [exec(14, 12)], leftOut: 0 }, 'c')?.startedBy).toEqual({
    14: 'a',
  })
})

test('a job whose parent has gone is still the call’s that left it', () => {
  const book = createJobBook([SHELL])
  book.noteLeft([SHELL, process(10, 1, ['daemon'])], 'a')

  expect(book.noteTraces({ traces: [exec(10, 1)], leftOut: 0 }, 'b')?.startedBy).toEqual({
    10: 'a',
  })
})

test('traces during no call are nobody’s but a job’s', () => {
  const book = createJobBook([SHELL])
  book.noteLeft([SHELL, process(10, 2, ['loop'])], 'a')

  expect(
    book.noteTraces({ traces: [exec(10, 2), exec(30, 2)], leftOut: 0 }, null)?.startedBy,
  ).toEqual({ 10: 'a' })
})

test('the shell is no job, nor the one that is started when it has ended', () => {
  const book = createJobBook([SHELL])
  const orphan = process(10, 1, ['/bin/bash'], 9)
  const next = process(11, 1, ['/bin/bash'], 9)

  expect(book.noteLeft([orphan, next], 'a')).toEqual({ processes: [orphan], startedBy: {} })
  expect(book.noteTraces({ traces: [exec(12, 11)], leftOut: 0 }, 'b')?.startedBy).toEqual({})
})

test('a record has room for so many traces of a kind, and the rest is counted', () => {
  const book = createJobBook([SHELL])
  const flood = Array.from({ length: 6_000 }, (_, index) => exec(100 + index, 2))
  const signal: Trace = { kind: 'signal', ...by(9, 2), target: 1, signal: 'STOP' }

  const first = book.noteTraces({ traces: flood, leftOut: 3 }, 'a')
  const second = book.noteTraces({ traces: [exec(9, 2), signal], leftOut: 0 }, 'b')

  expect({ traces: first?.traces.length, leftOut: first?.leftOut }).toEqual({
    traces: 5_000,
    leftOut: 1_003,
  })
  expect(second).toEqual({ traces: [signal], leftOut: 1, startedBy: {} })
})

test('a record has room for so much text', () => {
  const book = createJobBook([SHELL])
  const long = { ...exec(9, 2), argv: ['x'.repeat(900_000)] }

  expect(book.noteTraces({ traces: [long, long, long], leftOut: 0 }, 'a')?.leftOut).toBe(1)
})

test('nothing traced is nothing to write down', () => {
  const book = createJobBook([])

  expect(book.noteTraces({ traces: [], leftOut: 0 }, 'a')).toBeNull()
  expect(book.noteTraces({ traces: [], leftOut: 7 }, 'a')).toEqual({
    traces: [],
    leftOut: 7,
    startedBy: {},
  })
})

function process(
  pid: number,
  parentPid: number,
  argv: string[],
  startedAtMs: number | null = pid,
): ProcessSeen {
  return { pid, parentPid, uid: 1000, argv, environment: {}, startedAtMs }
}

function exec(pid: number, parentPid: number): Extract<Trace, { kind: 'exec' }> {
  return { kind: 'exec', ...by(pid, parentPid), path: '/bin/x', argv: ['x'], environment: {} }
}

function by(pid: number, parentPid: number): Pick<Trace, 'pid' | 'parentPid' | 'uid' | 'atMs'> {
  return { pid, parentPid, uid: 1000, atMs: 1 }
}
