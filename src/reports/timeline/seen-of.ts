import type { EventOf } from '../../records/event.ts'
import {
  jobsText,
  type NameCall,
  processesText,
  type SeenLine,
  tracedLines,
  tracedText,
} from '../trace-text.ts'

interface Seen {
  readonly kind: 'seen'
  readonly title: string | null
  readonly lines: readonly SeenLine[]
  readonly whole: readonly SeenLine[] | null
}

/** @returns null where nothing was traced. */
export function tracedSeen(event: EventOf<'traced'>, nameCall: NameCall): Seen | null {
  if (event.traces.length === 0 && event.leftOut === 0) return null
  return {
    kind: 'seen',
    title: null,
    lines: tracedText(event, nameCall),
    whole: tracedLines(event, nameCall),
  }
}

/** @returns null where nothing was seen to run. */
export function processesSeen(event: EventOf<'processes'>): Seen | null {
  const { length } = event.processes
  if (length === 0) return null
  return {
    kind: 'seen',
    title: length === 1 ? '1 process was running' : `${length} processes were running`,
    lines: processesText(event, false),
    whole: processesText(event, true),
  }
}

/** @returns null where nothing was left. */
export function jobsSeen(event: EventOf<'jobs-left'>, nameCall: NameCall): Seen | null {
  if (event.processes.length === 0) return null
  const lines = jobsText(event, nameCall, false)
  const whole = jobsText(event, nameCall, true)
  const isAll = lines.every(({ text }, place) => text === whole[place]?.text)
  return { kind: 'seen', title: null, lines, whole: isAll ? null : whole }
}
