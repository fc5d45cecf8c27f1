import type { SystemCalls } from './system-calls.ts'

/** Instructions of the kernel's packet filter (`linux/bpf_common.h`): what is loaded is 32 bits, numbers are compared as such. */
const LOAD = 0x20
export const IF_EQUAL = 0x15
const IF_AT_LEAST = 0x35
export const IF_ANY_BIT = 0x45
const RETURN = 0x06

/** Where a filter finds what is asked of the kernel (`struct seccomp_data`), on processors whose low end comes first. */
const NUMBER_AT = 0
const PROCESSOR_AT = 4
const ARGUMENTS_AT = 16
const ARGUMENT_BYTES = 8

/** What a filter may answer (`linux/seccomp.h`): granted, put to the first process, no such call, not permitted. */
export const ALLOW = 0x7fff0000
export const NOTIFY = 0x7fc00000
export const NO_SUCH_CALL = 0x00050000 | 38
export const NOT_PERMITTED = 0x00050000 | 1

/** On x64, from here on programs of a third kind would call the kernel (x32). Lower numbers of theirs mean other calls. */
const FOREIGN_FROM = 0x40000000
/** Stands for a call that a debugger has struck out. */
const NO_CALL = 0xffffffff

export interface Instruction {
  readonly code: number
  readonly value: number
  /** How many instructions are left out where a comparison holds, and where it does not. */
  readonly skip?: readonly [number, number]
}

/**
 * A filter of calls to the kernel, as seccomp(2) takes it. What no rule answers is granted; calls through another door (32-bit
 * programs on a 64-bit kernel) do not exist.
 */
export function packetFilter(calls: SystemCalls, rules: readonly Instruction[]): Buffer {
  const program: Instruction[] = [
    load(PROCESSOR_AT),
    { code: IF_EQUAL, value: calls.audit, skip: [1, 0] },
    answer(NO_SUCH_CALL),
    load(NUMBER_AT),
    { code: IF_AT_LEAST, value: FOREIGN_FROM, skip: [0, 2] },
    { code: IF_EQUAL, value: NO_CALL, skip: [1, 0] },
    answer(NO_SUCH_CALL),
    ...rules,
    answer(ALLOW),
  ]
  return Buffer.concat(program.map(encode))
}

/** Instructions for one call, passed over by all others. They end in an answer. */
export function rule(number: number | null, then: readonly Instruction[]): Instruction[] {
  if (number === null) return []
  return [{ code: IF_EQUAL, value: number, skip: [0, then.length] }, ...then]
}

/** Loads an argument of the call, the low half of it. */
export function argumentAt(argument: number): Instruction {
  return load(ARGUMENTS_AT + ARGUMENT_BYTES * argument)
}

function load(at: number): Instruction {
  return { code: LOAD, value: at }
}

export function answer(value: number): Instruction {
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
