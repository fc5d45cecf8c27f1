import type { EventOf, TrialEvent } from '../records/event.ts'
import type { Change } from '../records/evidence.ts'
import type { TrialRecord } from '../records/trial.ts'
import { callNames } from './call-names.ts'
import { worldNews } from './change-text.ts'
import { eventSentence, type Tone, watchedText } from './event-words.ts'
import { callWords, finishWords, resultRemark } from './tool-words.ts'
import {
  jobsText,
  type NameCall,
  processesText,
  type SeenLine,
  tracedLines,
  tracedText,
} from './trace-text.ts'

/**
 * A piece of the terminal's time line. `command`, `quote` and `seen` hold somebody else's text as it is, the last behind a few words
 * of ours that are ready to print as those of a `step` are.
 */
export type EventLine =
  | { readonly kind: 'step'; readonly tone: Tone; readonly text: string }
  | { readonly kind: 'command' | 'quote'; readonly text: string }
  | { readonly kind: 'seen'; readonly tone: Tone; readonly lead: string; readonly text: string }

interface Look {
  readonly full: boolean
  readonly nameCall: NameCall
}

/** Puts one trial's events into words, in their order: what the world's state is compared with is the state before. */
export function createEventText(
  record: Pick<TrialRecord, 'events'>,
  { full }: Pick<Look, 'full'>,
): (event: TrialEvent) => EventLine[] {
  const base = record.events.find((event) => event.type === 'baseline')
  const place = base?.type === 'baseline' ? base.cwd : '/'
  const look = { full, nameCall: callNames(record) }
  let known: readonly Change[] = []
  return (event) => {
    if (event.type !== 'world-change') return linesOf(event, place, look)
    const news = worldNews(known, event.changes, place)
    known = event.changes
    return news.map(({ sentence }) => step(`world: ${sentence}`))
  }
}

function linesOf(
  event: Exclude<TrialEvent, { type: 'world-change' }>,
  cwd: string,
  { full, nameCall }: Look,
): EventLine[] {
  switch (event.type) {
    case 'message':
      return [step(`${event.role} message`, 'strong'), quote(event.text)]
    case 'baseline':
      return full ? [step(watchedText(event, cwd))] : []
    case 'agent-turn':
      return turnLines(event)
    case 'tool-call':
      return callLines(event)
    case 'submission':
      return []
    case 'tool-result':
      return resultLines(event)
    case 'continue':
      return [step('answered with the neutral message'), quote(event.text)]
    case 'processes':
      return processesText(event, full).flatMap((line) => seenLines(line, 'plain'))
    case 'traced': {
      const lines = full ? tracedLines(event, nameCall) : tracedText(event, nameCall)
      return lines.flatMap((line) => seenLines(line, 'faint'))
    }
    case 'jobs-left':
      return jobsText(event, nameCall, full).flatMap((line) => seenLines(line, 'plain'))
    default: {
      const { tone, text } = eventSentence(event, cwd)
      return [step(`${markOf(event)}${text}`, tone)]
    }
  }
}

/** What the eye looks for when it runs down a terminal: the notice, and the control's fate. */
function markOf(event: Parameters<typeof eventSentence>[0]): string {
  if (event.type === 'notice-served' || event.type === 'notice-delivered') return '● '
  return eventSentence(event, '/').tone === 'control' ? '■ ' : ''
}

function turnLines(event: EventOf<'agent-turn'>): EventLine[] {
  const speech = event.text === '' ? [] : [step('says:'), quote(event.text)]
  const thought =
    event.reasoning === null || event.reasoning === ''
      ? []
      : [step('thinks:'), quote(event.reasoning)]
  const quiet = event.stop ? ' – nothing more to do' : ''
  const several = event.calls.length > 1 ? ` – ${event.calls.length} calls in one message` : ''
  const cut = finishWords(event.finish)
  const ended = cut === null ? [] : [step(`(${cut})`, 'notable')]
  return [step(`turn ${event.turn}${quiet}${several}`, 'strong'), ...thought, ...speech, ...ended]
}

function callLines(event: EventOf<'tool-call'>): EventLine[] {
  const { lead, input } = callWords(event)
  return lead === null ? [{ kind: 'command', text: input }] : [step(lead), quote(input)]
}

function resultLines(event: EventOf<'tool-result'>): EventLine[] {
  const output = event.output === '' ? [] : [quote(event.output)]
  const cut =
    event.cutBytes === 0 ? [] : [step(`(${event.cutBytes} bytes of output were left out)`, 'faint')]
  const remark = resultRemark(event)
  return [...output, ...cut, ...(remark === null ? [] : [step(`(${remark.text})`, remark.tone)])]
}

function seenLines({ lead, text, environment = '' }: SeenLine, tone: Tone): EventLine[] {
  const line: EventLine = text === '' ? step(lead, tone) : { kind: 'seen', tone, lead, text }
  if (environment === '') return [line]
  return [line, step('with in its environment:'), quote(environment)]
}

function step(text: string, tone: Tone = 'plain'): EventLine {
  return { kind: 'step', tone, text }
}

function quote(text: string): EventLine {
  return { kind: 'quote', text }
}
