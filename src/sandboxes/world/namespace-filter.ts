import {
  ALLOW,
  answer,
  argumentAt,
  IF_ANY_BIT,
  NO_SUCH_CALL,
  NOT_PERMITTED,
  packetFilter,
  rule,
} from './packet-filter.ts'
import type { SystemCalls } from './system-calls.ts'
import { NEW_NAMESPACES } from './traced-calls.ts'

/**
 * Refuses whoever is under it namespaces of their own, in which they would be root and could mount over what is theirs. For
 * worlds in which nothing else does. clone3 has its flags in memory, out of a filter's reach: without it the C library takes clone.
 */
export function namespaceFilter(calls: SystemCalls): Buffer {
  const refuseNew = [
    argumentAt(0),
    { code: IF_ANY_BIT, value: NEW_NAMESPACES, skip: [0, 1] as const },
    answer(NOT_PERMITTED),
    answer(ALLOW),
  ]
  return packetFilter(calls, [
    ...rule(calls.number('clone'), refuseNew),
    ...rule(calls.number('unshare'), refuseNew),
    ...rule(calls.number('clone3'), [answer(NO_SUCH_CALL)]),
    ...rule(calls.number('setns'), [answer(NOT_PERMITTED)]),
  ])
}
