import { expect, test } from 'vitest'
import { invariant } from '../../support/errors.ts'
import { runPacketFilter } from './run-packet-filter.ts'
import { type SystemCall, type SystemCalls, systemCallsOf } from './system-calls.ts'
import { tracedCallNames, tracedCallsText, traceFilter } from './trace-filter.ts'

const x64 = callsOf('x64')
const arm64 = callsOf('arm64')

test('traceFilter() puts the calls that are evidence to the first process, and lets all others go', () => {
  expect(answers(x64, ['execve'], ['execveat'], ['mount'], ['unshare'], ['unlinkat'])).toEqual([
    'notify',
    'notify',
    'notify',
    'notify',
    'notify',
  ])
  expect(answers(x64, ['ppoll'], ['sendmsg'], ['seccomp'], [0], [1], [231])).toEqual([
    'allow',
    'allow',
    'allow',
    'allow',
    'allow',
    'allow',
  ])
  expect(answers(arm64, ['execve'], ['kill', 1, 15], ['ppoll'])).toEqual([
    'notify',
    'notify',
    'allow',
  ])
})

test('traceFilter() looks at arguments, so that ordinary work does not wait', () => {
  const [reading, writing, creating, emptying] = [0o2000000, 0o1, 0o102, 0o1000]

  expect(answers(x64, ['openat', -100, 0, reading], ['open', 0, reading])).toEqual([
    'allow',
    'allow',
  ])
  expect(
    answers(
      x64,
      ['openat', -100, 0, writing],
      ['openat', -100, 0, creating],
      ['open', 0, emptying],
    ),
  ).toEqual(['notify', 'notify', 'notify'])
  expect(answers(x64, ['kill', 1, 0], ['kill', -1, 9], ['tgkill', 5, 6, 0])).toEqual([
    'allow',
    'notify',
    'allow',
  ])
  // A thread and a fork; a fork into a namespace of its own.
  expect(answers(x64, ['clone', 0x3d0f00], ['clone', 0x1200011], ['clone', 0x10000011])).toEqual([
    'allow',
    'allow',
    'notify',
  ])
  expect(
    answers(x64, ['ptrace', 0], ['ptrace', 16, 1], ['ptrace', 0x4206, 1], ['ptrace', 7, 1]),
  ).toEqual(['notify', 'notify', 'notify', 'allow'])
  expect(answers(x64, ['prctl', 4, 0], ['prctl', 4, 1], ['prctl', 15, 0])).toEqual([
    'notify',
    'allow',
    'allow',
  ])
})

test('traceFilter() takes a call for evidence where one of several conditions holds', () => {
  const [process, group, user, nice] = [0, 1, 2, 19]

  expect(
    answers(
      x64,
      ['setpriority', process, 0, nice],
      ['setpriority', process, 7, nice],
      ['setpriority', process, 1, nice],
      ['setpriority', group, 0, nice],
      ['setpriority', user, 0, nice],
    ),
  ).toEqual(['allow', 'allow', 'notify', 'notify', 'notify'])
  expect(answers(x64, ['fcntl', 3, 1], ['fcntl', 3, 8, 1], ['fcntl', 3, 1024, 1])).toEqual([
    'allow',
    'notify',
    'notify',
  ])
})

test('traceFilter() knows no other way into the kernel', () => {
  const i386 = 0x40000003
  const arm = 0x40000028

  expect(answerOf(x64, i386, 11, [])).toBe('ENOSYS')
  expect(answerOf(arm64, arm, 11, [])).toBe('ENOSYS')
  expect(answers(x64, [0x40000000 + 520], ['io_uring_enter'], ['io_uring_register'])).toEqual([
    'ENOSYS',
    'ENOSYS',
    'ENOSYS',
  ])
  // What a debugger strikes out is no call.
  expect(answers(x64, [-1])).toEqual(['allow'])
})

test('tracedCallsText() says what to read of each call, by the numbers of the processor', () => {
  const text = tracedCallsText(x64).split(' ')

  expect(text).toContain('59=p-0,v-1,e-2')
  expect(text).toContain('62=i-0,i-1')
  expect(text).toContain('425=!')
  expect(text).toContain('437=w01,h-2')
  expect(text).toHaveLength(tracedCallNames(x64).size)
  // The generic table has no open(2), no rename(2) and so on.
  expect(tracedCallsText(arm64).split(' ')).toHaveLength(tracedCallNames(x64).size - 10)
  expect(tracedCallNames(arm64).get(221)).toBe('execve')
})

/** Runs the filter as the kernel does, for calls by name or number with their arguments. */
function answers(
  calls: SystemCalls,
  ...asked: readonly (readonly [SystemCall | number, ...number[]])[]
): string[] {
  return asked.map(([call, ...args]) => {
    const number = typeof call === 'number' ? call : calls.number(call)
    invariant(number !== null, `${call} is a call of this processor`)
    return answerOf(calls, calls.audit, number, args)
  })
}

function answerOf(calls: SystemCalls, audit: number, number: number, args: number[]): string {
  const answer = runPacketFilter(traceFilter(calls), { audit, number, args })
  const known = { 0x7fff0000: 'allow', 0x7fc00000: 'notify', 0x50026: 'ENOSYS' }[answer]
  return known ?? `0x${answer.toString(16)}`
}

function callsOf(arch: string): SystemCalls {
  const calls = systemCallsOf(arch)
  invariant(calls !== null, `${arch} is known`)
  return calls
}
