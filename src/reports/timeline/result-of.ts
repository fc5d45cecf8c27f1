import type { EventOf } from '../../records/event.ts'
import { resultRemark } from '../tool-words.ts'
import type { TimelineCall } from './timeline.ts'

/** What a call was answered. An exit code of 0 is not worth a word. */
export function resultOf(event: EventOf<'tool-result'>): NonNullable<TimelineCall['result']> {
  const { seq, output, durationMs, cutBytes, exitCode } = event
  const remark = resultRemark(event)
  const code = exitCode === null || exitCode === 0 ? null : exitCode
  return {
    seq,
    output,
    durationMs,
    cutBytes,
    remarks: [
      ...(code === null ? [] : [{ tone: 'notable' as const, text: `exit code ${code}` }]),
      ...(remark === null ? [] : [remark]),
    ],
  }
}
