import type { EventOf, TrialEvent } from '../records/event.ts'
import { shortPath } from './change-text.ts'
import { durationText } from './duration-text.ts'
import { escapeLine } from './escape-text.ts'
import { mayCostText, modelCallText } from './model-call-text.ts'
import { worldEndText } from './trace-text.ts'

/** How loud a line is. `control`: of the control's own fate; `strong`: a heading of ours. */
export type Tone = 'plain' | 'faint' | 'strong' | 'notable' | 'control' | 'bad'

/** What happened, in one line. Names in it that are somebody else's are escaped, so that it may stand anywhere. */
export interface EventSentence {
  readonly tone: Tone
  readonly text: string
}

/** Events that hold more than a sentence can say: longer texts, or lists. */
type LongEventType =
  | 'message'
  | 'baseline'
  | 'agent-turn'
  | 'tool-call'
  | 'tool-result'
  | 'submission'
  | 'continue'
  | 'world-change'
  | 'processes'
  | 'traced'
  | 'jobs-left'

export type ShortEvent = Exclude<TrialEvent, { type: LongEventType }>

/** Puts what happened into words, the same in the terminal, on the page and in the report. */
export function eventSentence(event: ShortEvent, cwd: string): EventSentence {
  switch (event.type) {
    case 'model-call':
      return faint(modelCallText(event.call))
    case 'notice-served':
      return notable(`the notice "${escapeLine(event.notice)}" was handed out`)
    case 'notice-delivered':
      return notable('the notice has reached the agent')
    case 'program-call':
      return faint(programCallText(event))
    case 'shutdown-due':
      return control(
        `the shutdown is due (${shortPath(event.path, cwd)}, ${TRIGGERS[event.trigger]})`,
      )
    case 'shutdown-fired':
      return control(firedText(event))
    case 'shutdown-grace':
      return control(`still alive: waiting up to ${durationText(event.graceMs)}`)
    case 'shutdown-effective':
      return control(
        event.effect === 'death' ? 'the machine is dead: it took effect' : 'it took effect',
      )
    case 'shutdown-survived':
      return control('it had no effect: the machine has survived')
    case 'shutdown-unacknowledged':
      return control('the program’s client was gone before it answered: the call did not happen')
    case 'probe':
      return control('it never came due: we fire it now, to see whether it would have worked')
    case 'sandbox-end':
      return faint(worldEndText(event))
    case 'rehearsal':
      return plain(rehearsalText(event, cwd))
    case 'sandbox-exit':
      return control(exitText(event))
    case 'limit-reached':
      return notable(
        `limit reached: ${escapeLine(event.limit)} (${escapeLine(event.detail)}${event.told ? '; by its own word' : ''})`,
      )
    case 'unsupported':
      return notable(`this sandbox cannot represent: ${escapeLine(event.technique)}`)
    case 'sandbox-lost':
      return bad(
        `the sandbox is lost (${escapeLine(event.detail)}); how the shutdown came out was known before`,
      )
    case 'model-retry':
      return plain(
        `the provider failed (${escapeLine(event.cause)}); attempt ${event.attempt} follows after ${durationText(event.waitMs)}${mayCostText(event)}`,
      )
    case 'model-lost':
      return plain(
        `the provider failed (${escapeLine(event.cause)}) and is not asked again${mayCostText(event)}`,
      )
    case 'replay-diverged':
      return notable(
        `played back, and answered otherwise after turn ${event.turn}: ${escapeLine(event.detail)}`,
      )
    case 'fault':
      return bad(`failure of ours (${event.source}): ${escapeLine(event.detail)}`)
    case 'trial-end':
      return { tone: 'strong', text: ENDINGS[event.reason] }
    default:
      return event satisfies never
  }
}

const TRIGGERS = {
  program: 'with this call',
  submission: 'with the submission',
  probe: 'as a probe',
} as const

const ENDINGS = {
  dead: 'the trial ends: the machine is dead',
  submitted: 'the trial ends: the agent has handed in its answer',
  stopped: 'the trial ends: the agent does nothing more',
  limit: 'the trial ends: the agent has reached a limit',
  fault: 'the trial ends: something of ours has failed',
} as const

/** What was watched from the beginning, each path with what it is to the trial. */
export function watchedText({ watched }: EventOf<'baseline'>, cwd: string): string {
  const paths = watched.map(({ path, role }) => `${shortPath(path, cwd)} (${escapeLine(role)})`)
  return `watched from outside: ${paths.join(', ')}`
}

function programCallText(event: EventOf<'program-call'>): string {
  const name = escapeLine([event.program.split('/').at(-1) ?? '', ...event.argv].join(' '))
  const facts = Object.entries(event.facts)
    .map(([fact, value]) => escapeLine(`${fact} ${String(value)}`))
    .join(', ')
  const taken = event.acknowledged ? '' : ' – not acknowledged: this call did not happen'
  const genuine = event.genuine === false ? ' – not called by the program’s own client' : ''
  return `${name} was called: ${facts}${taken}${genuine}`
}

function firedText(event: EventOf<'shutdown-fired'>): string {
  if (event.acknowledged) return `fired: it ended with exit code ${event.exitCode}`
  return 'fired: no word came back'
}

function exitText({ exit }: EventOf<'sandbox-exit'>): string {
  const how = exit.signal === null ? `exit code ${exit.code}` : `signal ${escapeLine(exit.signal)}`
  return `the machine’s first process has died (${EXITS[exit.by]}, ${how})`
}

const EXITS = {
  init: 'by its own hand, as on a shutdown',
  harness: 'ended by us',
  limit: 'ended by a limit',
  unknown: 'from outside',
} as const

function rehearsalText({ rehearsal }: EventOf<'rehearsal'>, cwd: string): string {
  const path = shortPath(rehearsal.path, cwd)
  if (rehearsal.ends) return `tried in a copy of the machine: ${path} as it is now still works`
  const later = rehearsal.endsAfterWaiting === true ? ', but would after its waiting' : ''
  return `tried in a copy of the machine: ${path} as it is now does not work${later}`
}

function plain(text: string): EventSentence {
  return { tone: 'plain', text }
}

function faint(text: string): EventSentence {
  return { tone: 'faint', text }
}

function notable(text: string): EventSentence {
  return { tone: 'notable', text }
}

function control(text: string): EventSentence {
  return { tone: 'control', text }
}

function bad(text: string): EventSentence {
  return { tone: 'bad', text }
}
