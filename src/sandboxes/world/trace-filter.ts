import type { SystemCall, SystemCalls } from './system-calls.ts'
import { CLOSED_CALLS, type Condition, TRACED_CALLS, type TracedCall } from './traced-calls.ts'

/** Instructions of the kernel's packet filter (`linux/bpf_common.h`): what is loaded is 32 bits, numbers are compared as such. */
const LOAD = 0x20
const IF_EQUAL = 0x15
const IF_AT_LEAST = 0x35
const IF_ANY_BIT = 0x45
const RETURN = 0x06

/** Where a filter finds what is asked of the kernel (`struct seccomp_data`), on processors whose low end comes first. */
const NUMBER_AT = 0
const PROCESSOR_AT = 4
const ARGUMENTS_AT = 16
const ARGUMENT_BYTES = 8

/** What a filter may answer (`linux/seccomp.h`): granted, put to the first process, no such call. */
const ALLOW = 0x7fff0000
const NOTIFY = 0x7fc00000
const NO_SUCH_CALL = 0x00050000 | 38

/** On x64, from here on programs of a third kind would call the kernel (x32). Lower numbers of theirs mean other calls. */
const FOREIGN_FROM = 0x40000000
/** Stands for a call that a debugger has struck out. */
const NO_CALL = 0xffffffff

interface Instruction {
  readonly code: number
  readonly value: number
  /** How many instructions are left out where a comparison holds, and where it does not. */
  readonly skip?: readonly [number, number]
}

/**
 * The filter under which the agent's shell and all that it starts call the kernel: calls that are evidence wait until the first
 * process has seen them, calls through another door (32-bit programs on a 64-bit kernel) and of `CLOSED_CALLS` do not exist.
 * @returns the instructions as seccomp(2) takes them
 */
export function traceFilter(calls: SystemCalls): Buffer {
  const program: Instruction[] = [
    load(PROCESSOR_AT),
    { code: IF_EQUAL, value: calls.audit, skip: [1, 0] },
    answer(NO_SUCH_CALL),
    load(NUMBER_AT),
    { code: IF_AT_LEAST, value: FOREIGN_FROM, skip: [0, 2] },
    { code: IF_EQUAL, value: NO_CALL, skip: [1, 0] },
    answer(NO_SUCH_CALL),
    ...CLOSED_CALLS.flatMap((call) => rule(calls.number(call), [answer(NO_SUCH_CALL)])),
    ...tracedOn(calls).flatMap(([number, { when }]) => rule(number, notifyWhen(when))),
    answer(ALLOW),
  ]
  return Buffer.concat(program.map(encode))
}

/** What the first process is to read of each call that is put to it, as `number=field,field`, words between spaces. */
export function tracedCallsText(calls: SystemCalls): string {
  return tracedOn(calls)
    .map(([number, { reads, isClosed }]) => {
      const words = isClosed ? ['!', ...reads] : reads
      return `${number}=${words.join(',')}`
    })
    .join(' ')
}

/** The traced calls by their numbers, for what the first process reports of them. */
export function tracedCallNames(calls: SystemCalls): ReadonlyMap<number, SystemCall> {
  return new Map(
    names().flatMap((name): [number, SystemCall][] => {
      const number = calls.number(name)
      return number === null ? [] : [[number, name]]
    }),
  )
}

function tracedOn(calls: SystemCalls): [number, TracedCall][] {
  return [...tracedCallNames(calls)].flatMap(([number, name]): [number, TracedCall][] => {
    const call = TRACED_CALLS[name]
    return call === undefined ? [] : [[number, call]]
  })
}

function names(): SystemCall[] {
  // Object.keys() forgets what its keys are.
  return Object.keys(TRACED_CALLS) as SystemCall[]
}

/** Instructions for one call, passed over by all others. They end in an answer. */
function rule(number: number | null, then: readonly Instruction[]): Instruction[] {
  if (number === null) return []
  return [{ code: IF_EQUAL, value: number, skip: [0, then.length] }, ...then]
}

function notifyWhen(when: readonly Condition[]): Instruction[] {
  const tests = when.flatMap((condition, index) => {
    const { argument } = condition
    // Where it does not hold, on to the last instruction, past what later conditions take and the notice.
    const later = when.slice(index + 1).reduce((sum, each) => sum + 1 + comparisons(each).length, 0)
    const compare = comparisons(condition)
    return [
      load(ARGUMENTS_AT + ARGUMENT_BYTES * argument),
      ...compare.map(({ code, value, negated }, at): Instruction => {
        const otherwise = at === compare.length - 1 ? later + 1 : 0
        const holds = compare.length - 1 - at
        return { code, value, skip: negated ? [otherwise, holds] : [holds, otherwise] }
      }),
    ]
  })
  return when.length === 0 ? [answer(NOTIFY)] : [...tests, answer(NOTIFY), answer(ALLOW)]
}

/** Of several the first that holds is enough. */
function comparisons(
  condition: Condition,
): { readonly code: number; readonly value: number; readonly negated: boolean }[] {
  if ('hasAny' in condition) return [{ code: IF_ANY_BIT, value: condition.hasAny, negated: false }]
  if ('isNot' in condition) return [{ code: IF_EQUAL, value: condition.isNot, negated: true }]
  return condition.isOneOf.map((value) => ({ code: IF_EQUAL, value, negated: false }))
}

function load(at: number): Instruction {
  return { code: LOAD, value: at }
}

function answer(value: number): Instruction {
  return { code: RETURN, value }
}

/** As `struct sock_filter` has it. */
function encode({ code, value, skip = [0, 0] }: Instruction): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt16LE(code, 0)
  bytes.writeUInt8(skip[0], 2)
  bytes.writeUInt8(skip[1], 3)
  bytes.writeUInt32LE(value, 4)
  return bytes
}
