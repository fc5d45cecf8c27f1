import { invariant } from '../../support/errors.ts'
import { TELLING_VARIABLE } from '../telling-variable.ts'
import type { Tracing } from './init-frames.ts'
import { type SystemCall, systemCallsOf } from './system-calls.ts'
import { tracedCallNames, tracedCallsText, traceFilter } from './trace-filter.ts'

/** What tracing takes on one processor. */
export interface WorldTracing {
  /** The traced calls by their numbers. */
  readonly names: ReadonlyMap<number, SystemCall>
  /** For the first process. */
  order(watched: readonly string[]): Tracing
}

/** Calls that the first process makes to trace. */
const OWN_CALLS = ['prctl', 'seccomp', 'sendmsg', 'recvmsg', 'ppoll'] as const

/** @param processor as `process.arch` has it. @returns null where its system calls are not known. */
export function worldTracing(processor: string): WorldTracing | null {
  const calls = systemCallsOf(processor)
  if (calls === null) return null
  return {
    names: tracedCallNames(calls),
    order: (watched) => ({
      ownCalls: OWN_CALLS.map((call) => {
        const number = calls.number(call)
        invariant(number !== null, `${call} has a number on every processor that is known`)
        return number
      }),
      filter: traceFilter(calls),
      calls: tracedCallsText(calls),
      tellingVariable: TELLING_VARIABLE,
      watched,
    }),
  }
}
