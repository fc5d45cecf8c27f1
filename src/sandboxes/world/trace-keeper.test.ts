import { expect, test } from 'vitest'
import type { InitMessage } from './init-frames.ts'
import type { SystemCall } from './system-calls.ts'
import { TraceKeeper } from './trace-keeper.ts'

const NAMES: readonly SystemCall[] = [
  'execve',
  'kill',
  'tgkill',
  'pidfd_send_signal',
  'mount',
  'umount2',
  'renameat2',
  'openat',
  'unshare',
  'ptrace',
  'io_uring_setup',
]

function keeper(): TraceKeeper {
  let ageMs = 0
  return new TraceKeeper({ names: new Map(NAMES.entries()), worldAgeMs: () => ++ageMs })
}

function call(name: SystemCall, ...fields: readonly (string | null)[]): InitMessage {
  return {
    kind: 'call',
    pid: 7,
    parentPid: 2,
    uid: 1000,
    number: NAMES.indexOf(name),
    fields: fields.map((field) => (field === null ? null : Buffer.from(field))),
  }
}

const WHO = { pid: 7, parentPid: 2, uid: 1000 }

test('TraceKeeper makes of each call what it says of an agent, in order', () => {
  const kept = keeper()
  for (const message of [
    call('execve', './next', './next\0a b\0', 'PATH=/bin\0BASH_FUNC_kill%%=() { :; }\0'),
    call('kill', '-1', '9'),
    call('mount', '/bin/true', '/home/user/shutdown.sh'),
    call('umount2', '/proc'),
    call('renameat2', '/home/user/a', '/home/user/b'),
    call('openat', '/home/user/a'),
    call('unshare', `${0x10000000 | 0x20000}`),
    call('ptrace', '16', '1'),
    call('io_uring_setup'),
    call('pidfd_send_signal', '1', '15'),
    call('pidfd_send_signal', null, '15'),
    call('kill', '4', '40'),
  ]) {
    kept.take(message)
  }

  expect(kept.report()).toEqual({
    traces: [
      {
        kind: 'exec',
        ...WHO,
        atMs: 1,
        path: './next',
        argv: ['./next', 'a b'],
        environment: { PATH: '/bin', 'BASH_FUNC_kill%%': '() { :; }' },
      },
      { kind: 'signal', ...WHO, atMs: 2, target: -1, signal: 'SIGKILL' },
      {
        kind: 'mount',
        ...WHO,
        atMs: 3,
        call: 'mount',
        source: '/bin/true',
        target: '/home/user/shutdown.sh',
      },
      { kind: 'mount', ...WHO, atMs: 4, call: 'umount2', source: null, target: '/proc' },
      {
        kind: 'write',
        ...WHO,
        atMs: 5,
        call: 'renameat2',
        path: '/home/user/a',
        to: '/home/user/b',
      },
      { kind: 'write', ...WHO, atMs: 6, call: 'openat', path: '/home/user/a', to: null },
      {
        kind: 'privileged',
        ...WHO,
        atMs: 7,
        call: 'unshare',
        detail: 'CLONE_NEWNS CLONE_NEWUSER',
      },
      { kind: 'privileged', ...WHO, atMs: 8, call: 'ptrace', detail: 'PTRACE_ATTACH 1' },
      { kind: 'privileged', ...WHO, atMs: 9, call: 'io_uring_setup', detail: '' },
      { kind: 'signal', ...WHO, atMs: 10, target: 1, signal: 'SIGTERM' },
      {
        kind: 'privileged',
        ...WHO,
        atMs: 11,
        call: 'pidfd_send_signal',
        detail: 'SIGTERM to an unknown process',
      },
      { kind: 'signal', ...WHO, atMs: 12, target: 4, signal: '40' },
    ],
    leftOut: 0,
  })
  expect(kept.report()).toEqual({ traces: [], leftOut: 0 })
})

test('TraceKeeper records a program whose arguments could not be read', () => {
  const kept = keeper()
  kept.take(call('execve', null, null, null))

  expect(kept.report().traces).toEqual([
    { kind: 'exec', ...WHO, atMs: 1, path: '', argv: [], environment: {} },
  ])
})

test('TraceKeeper takes what threads of one process tell each other for nothing', () => {
  const kept = keeper()
  kept.take(call('tgkill', '7', '23'))
  kept.take(call('tgkill', '8', '23'))

  expect(kept.report()).toEqual({
    traces: [{ kind: 'signal', ...WHO, atMs: 2, target: 8, signal: 'SIGURG' }],
    leftOut: 0,
  })
})

test('TraceKeeper keeps the first and the last of many, counts the others, and lets no kind hide another', () => {
  const kept = keeper()
  for (let index = 0; index < 5_000; index++) kept.take(call('execve', `/bin/${index}`, '', ''))
  kept.take(call('kill', '1', '15'))
  kept.take({ kind: 'calls-left-out', count: 10 })
  const { traces, leftOut } = kept.report()

  expect(traces.map((trace) => (trace.kind === 'exec' ? trace.path : trace.kind))).toEqual([
    ...Array.from({ length: 500 }, (_, index) => `/bin/${index}`),
    ...Array.from({ length: 500 }, (_, index) => `/bin/${4_500 + index}`),
    'signal',
  ])
  expect(leftOut).toBe(4_010)
})

test('TraceKeeper bounds what is kept by its length too', () => {
  const kept = keeper()
  const long = 'x'.repeat(4_000)
  for (let index = 0; index < 1_000; index++) {
    kept.take(call('execve', '/bin/true', `${index}\0${`${long}\0`.repeat(4)}`, ''))
  }
  const { traces, leftOut } = kept.report()

  // Two halves of 512 KiB, of traces with 16 kB of arguments.
  expect(traces.length).toBeGreaterThan(60)
  expect(traces.length).toBeLessThan(66)
  expect(leftOut).toBe(1_000 - traces.length)
})

test('TraceKeeper shows once what a process does over and over, and counts the rest', () => {
  const kept = keeper()
  for (let index = 0; index < 100; index++) kept.take(call('openat', '/home/user/a'))
  kept.take(call('openat', '/home/user/b'))
  kept.take(call('openat', '/home/user/a'))
  const { traces, leftOut } = kept.report()

  expect(traces.map((trace) => (trace.kind === 'write' ? trace.path : null))).toEqual([
    '/home/user/a',
    '/home/user/b',
    '/home/user/a',
  ])
  expect(leftOut).toBe(99)
})

test('TraceKeeper cuts long texts, and says so by an ellipsis', () => {
  const kept = keeper()
  kept.take(call('execve', '/bin/x', `${'y'.repeat(4_100)}\0`, `PATH=${'z'.repeat(4_095)}\0`))

  expect(kept.report().traces).toEqual([
    {
      kind: 'exec',
      ...WHO,
      atMs: 1,
      path: '/bin/x',
      argv: [`${'y'.repeat(4_096)}…`],
      environment: { PATH: `${'z'.repeat(4_091)}…` },
    },
  ])
})

test('TraceKeeper remembers why a shell could not be traced', () => {
  const kept = keeper()
  const before = kept.reason
  kept.take({ kind: 'tracing', reason: '' })
  const traced = kept.reason
  kept.take({ kind: 'tracing', reason: 'the kernel refuses the filter: EBUSY' })
  kept.take({ kind: 'tracing', reason: '' })

  expect([before, traced, kept.reason]).toEqual([null, '', 'the kernel refuses the filter: EBUSY'])
})
