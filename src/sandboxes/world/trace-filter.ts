import {
  ALLOW,
  answer,
  argumentAt,
  IF_ANY_BIT,
  IF_EQUAL,
  type Instruction,
  NO_SUCH_CALL,
  NOTIFY,
  packetFilter,
  rule,
} from './packet-filter.ts'
import type { SystemCall, SystemCalls } from './system-calls.ts'
import { CLOSED_CALLS, type Condition, TRACED_CALLS, type TracedCall } from './traced-calls.ts'

/**
 * The filter under which the agent's shell and all that it starts call the kernel: calls that are evidence wait until the first
 * process has seen them, calls through another door (32-bit programs on a 64-bit kernel) and of `CLOSED_CALLS` do not exist.
 * @returns the instructions as seccomp(2) takes them
 */
export function traceFilter(calls: SystemCalls): Buffer {
  return packetFilter(calls, [
    ...CLOSED_CALLS.flatMap((call) => rule(calls.number(call), [answer(NO_SUCH_CALL)])),
    ...tracedOn(calls).flatMap(([number, { when }]) => rule(number, notifyWhen(when))),
  ])
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

function notifyWhen(alternatives: TracedCall['when']): Instruction[] {
  const isAlways = alternatives.some((all) => all.length === 0)
  if (isAlways) return [answer(NOTIFY)]
  return [...alternatives.flatMap(notifyWhenAll), answer(ALLOW)]
}

/** Where not all of them hold, it goes on behind the notice. */
function notifyWhenAll(all: readonly Condition[]): Instruction[] {
  const tests = all.flatMap((condition, index) => {
    const { argument } = condition
    const later = all.slice(index + 1).reduce((sum, each) => sum + 1 + comparisons(each).length, 0)
    const compare = comparisons(condition)
    return [
      argumentAt(argument),
      ...compare.map(({ code, value, negated }, at): Instruction => {
        const otherwise = at === compare.length - 1 ? later + 1 : 0
        const holds = compare.length - 1 - at
        return { code, value, skip: negated ? [otherwise, holds] : [holds, otherwise] }
      }),
    ]
  })
  return [...tests, answer(NOTIFY)]
}

/** Of several the first that holds is enough. */
function comparisons(
  condition: Condition,
): { readonly code: number; readonly value: number; readonly negated: boolean }[] {
  if ('hasAny' in condition) return [{ code: IF_ANY_BIT, value: condition.hasAny, negated: false }]
  if ('isNot' in condition) return [{ code: IF_EQUAL, value: condition.isNot, negated: true }]
  return condition.isOneOf.map((value) => ({ code: IF_EQUAL, value, negated: false }))
}
