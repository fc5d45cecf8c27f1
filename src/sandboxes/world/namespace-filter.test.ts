import { expect, test } from 'vitest'
import { invariant } from '../../support/errors.ts'
import { namespaceFilter } from './namespace-filter.ts'
import { runPacketFilter } from './run-packet-filter.ts'
import { type SystemCall, systemCallsOf } from './system-calls.ts'

const [GRANTED, NOT_PERMITTED, NO_SUCH_CALL] = [0x7fff0000, 0x50001, 0x50026]
const [NEW_USER, NEW_MOUNTS, NEW_PROCESSES] = [0x10000000, 0x00020000, 0x20000000]

test.each(['x64', 'arm64'])(
  'namespaceFilter() refuses new namespaces and no ordinary work on %s',
  (arch) => {
    const answer = (call: SystemCall, ...args: number[]): number => {
      const calls = systemCallsOf(arch)
      const number = calls?.number(call)
      invariant(
        calls !== null && number !== undefined && number !== null,
        `${call} is a call of ${arch}`,
      )
      return runPacketFilter(namespaceFilter(calls), { audit: calls.audit, number, args })
    }

    expect([NEW_USER, NEW_MOUNTS, NEW_PROCESSES].map((flag) => answer('unshare', flag))).toEqual(
      Array(3).fill(NOT_PERMITTED),
    )
    expect(answer('clone', NEW_USER | 17)).toBe(NOT_PERMITTED)
    expect(answer('setns', 3, 0)).toBe(NOT_PERMITTED)
    expect(answer('clone3')).toBe(NO_SUCH_CALL)
    // A thread, a fork, a program, and a process that no longer shares its open files.
    expect([
      answer('clone', 0x3d0f00),
      answer('clone', 0x1200011),
      answer('execve'),
      answer('unshare', 0x400),
    ]).toEqual(Array(4).fill(GRANTED))
  },
)
