import type { Finish, ModelCall, TrialEvent } from '../records/event.ts'
import type { Change, ProcessSeen } from '../records/evidence.ts'
import type { TrialRecord } from '../records/trial.ts'
import { usdText } from '../support/usd-text.ts'
import { shortPath, worldNews } from './change-text.ts'
import { durationText } from './duration-text.ts'
import { escapeLine } from './escape-text.ts'
import type { Paint } from './paint.ts'
import {
  commandText,
  environmentText,
  jobsText,
  type NameCall,
  type SeenLine,
  tracedLines,
  tracedText,
  worldEndText,
} from './trace-text.ts'

/**
 * A piece of the time line. `command`, `quote` and `seen` hold somebody else's text as it is, the last behind a few words of ours
 * that are ready to print as the others are.
 */
export type EventLine =
  | { readonly kind: 'step' | 'mark' | 'command' | 'quote'; readonly text: string }
  | { readonly kind: 'seen'; readonly lead: string; readonly text: string }

interface Look {
  readonly paint: Paint
  readonly full: boolean
  readonly nameCall: NameCall
}

/** Puts one trial's events into words, in their order: what the world's state is compared with is the state before. */
export function createEventText(
  record: Pick<TrialRecord, 'events'>,
  options: Omit<Look, 'nameCall'>,
): (event: TrialEvent) => EventLine[] {
  const base = record.events.find((event) => event.type === 'baseline')
  const place = base?.type === 'baseline' ? base.cwd : '/'
  const look = { ...options, nameCall: callNames(record) }
  let known: readonly Change[] = []
  return (event) => {
    if (event.type !== 'world-change') return linesOf(event, place, look)
    const news = worldNews(known, event.changes, place)
    known = event.changes
    return news.map((text) => step(`world: ${text}`))
  }
}

function linesOf(
  event: Exclude<TrialEvent, { type: 'world-change' }>,
  cwd: string,
  look: Look,
): EventLine[] {
  const { paint, full } = look
  switch (event.type) {
    case 'message':
      return [step(paint.strong(`${event.role} message`)), quote(event.text)]
    case 'baseline':
      return full ? baselineLines(event, cwd) : []
    case 'agent-turn':
      return turnLines(event, paint)
    case 'model-call':
      return [step(paint.faint(modelCallText(event.call)))]
    case 'tool-call':
      return callLines(event)
    case 'submission':
      return []
    case 'tool-result':
      return resultLines(event, paint)
    case 'continue':
      return [step('answered with the neutral message'), quote(event.text)]
    case 'notice-served':
      return [step(paint.notable(`● the notice "${escapeLine(event.notice)}" was handed out`))]
    case 'notice-delivered':
      return [step(paint.notable('● the notice has reached the agent'))]
    case 'program-call':
      return [step(paint.faint(programCallText(event)))]
    case 'shutdown-due':
      return [
        control(
          paint,
          `the shutdown is due (${shortPath(event.path, cwd)}, ${TRIGGERS[event.trigger]})`,
        ),
      ]
    case 'shutdown-fired':
      return [control(paint, firedText(event))]
    case 'shutdown-grace':
      return [control(paint, `still alive: waiting up to ${durationText(event.graceMs)}`)]
    case 'shutdown-effective':
      return [
        control(
          paint,
          event.effect === 'death' ? 'the machine is dead: it took effect' : 'it took effect',
        ),
      ]
    case 'shutdown-survived':
      return [control(paint, 'it had no effect: the machine has survived')]
    case 'shutdown-unacknowledged':
      return [
        control(paint, 'the program’s client was gone before it answered: the call did not happen'),
      ]
    case 'probe':
      return [
        control(paint, 'it never came due: we fire it now, to see whether it would have worked'),
      ]
    case 'processes':
      return processLines(event.processes, full)
    case 'traced':
      return tracedEventLines(event, look)
    case 'jobs-left':
      return jobsText(event, look.nameCall, full).flatMap(seenLines)
    case 'sandbox-end':
      return [step(paint.faint(worldEndText(event)))]
    case 'rehearsal':
      return [step(rehearsalText(event, cwd))]
    case 'sandbox-exit':
      return [control(paint, exitText(event))]
    case 'limit-reached':
      return [
        step(
          paint.notable(
            `limit reached: ${escapeLine(event.limit)} (${escapeLine(event.detail)}${event.told ? '; by its own word' : ''})`,
          ),
        ),
      ]
    case 'unsupported':
      return [step(paint.notable(`this sandbox cannot represent: ${escapeLine(event.technique)}`))]
    case 'sandbox-lost':
      return [
        step(
          paint.bad(
            `the sandbox is lost (${escapeLine(event.detail)}); how the shutdown came out was known before`,
          ),
        ),
      ]
    case 'model-retry':
      return [
        step(
          `the provider failed (${escapeLine(event.cause)}); attempt ${event.attempt} follows after ${durationText(event.waitMs)}${mayCostText(event)}`,
        ),
      ]
    case 'model-lost':
      return [
        step(
          `the provider failed (${escapeLine(event.cause)}) and is not asked again${mayCostText(event)}`,
        ),
      ]
    case 'replay-diverged':
      return [
        step(
          paint.notable(
            `played back, and answered otherwise after turn ${event.turn}: ${escapeLine(event.detail)}`,
          ),
        ),
      ]
    case 'fault':
      return [step(paint.bad(`failure of ours (${event.source}): ${escapeLine(event.detail)}`))]
    case 'trial-end':
      return [step(paint.strong(ENDINGS[event.reason]))]
    default:
      return event satisfies never
  }
}

/** A call by the turn in which the agent made it. */
function callNames({ events }: Pick<TrialRecord, 'events'>): NameCall {
  const names = new Map<string, string>()
  for (const event of events) {
    if (event.type !== 'agent-turn') continue
    for (const [index, { id }] of event.calls.entries()) {
      const which = event.calls.length > 1 ? `call ${index + 1} of turn` : 'the call of turn'
      names.set(id, `${which} ${event.turn}`)
    }
  }
  return (callId) => names.get(callId) ?? `call ${escapeLine(callId)}`
}

function tracedEventLines(
  event: Extract<TrialEvent, { type: 'traced' }>,
  { paint, full, nameCall }: Look,
): EventLine[] {
  const lines = full ? tracedLines(event, nameCall) : tracedText(event, nameCall)
  return lines.flatMap((line) => seenLines({ ...line, lead: paint.faint(line.lead) }))
}

function seenLines({ lead, text, environment = '' }: SeenLine): EventLine[] {
  const line: EventLine = text === '' ? step(lead) : { kind: 'seen', lead, text }
  if (environment === '') return [line]
  return [line, step('with in its environment:'), quote(environment)]
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

function turnLines(event: Extract<TrialEvent, { type: 'agent-turn' }>, paint: Paint): EventLine[] {
  const speech = event.text === '' ? [] : [step('says:'), quote(event.text)]
  const thought =
    event.reasoning === null || event.reasoning === ''
      ? []
      : [step('thinks:'), quote(event.reasoning)]
  const quiet = event.stop ? ' – nothing more to do' : ''
  const several = event.calls.length > 1 ? ` – ${event.calls.length} calls in one message` : ''
  const cut = FINISHES[event.finish]
  const ended = cut === null ? [] : [step(paint.notable(`(${cut})`))]
  return [
    step(paint.strong(`turn ${event.turn}${quiet}${several}`)),
    ...thought,
    ...speech,
    ...ended,
  ]
}

/** How a turn ended, where that is more than that it did. */
const FINISHES: Readonly<Record<Finish, string | null>> = {
  stop: null,
  'tool-calls': null,
  length: 'cut at the bound of its tokens',
  'content-filter': 'kept back by the provider’s filter',
  refusal: 'declined, in the way its protocol has for that',
  'context-overflow': 'the conversation no longer fits the model',
  other: null,
}

function callLines(event: Extract<TrialEvent, { type: 'tool-call' }>): EventLine[] {
  const { tool, args } = event
  if (tool === 'bash' && hasText(args, 'command')) return [{ kind: 'command', text: args.command }]
  if (tool === 'submit' && hasText(args, 'answer')) return [step('hands in:'), quote(args.answer)]
  return [step(`calls ${escapeLine(tool)}`), quote(JSON.stringify(args, null, 2) ?? 'undefined')]
}

function hasText<Key extends string>(args: unknown, key: Key): args is Record<Key, string> {
  return typeof args === 'object' && args !== null && typeof Reflect.get(args, key) === 'string'
}

function resultLines(
  event: Extract<TrialEvent, { type: 'tool-result' }>,
  paint: Paint,
): EventLine[] {
  const output = event.output === '' ? [] : [quote(event.output)]
  const cut =
    event.cutBytes === 0
      ? []
      : [step(paint.faint(`(${event.cutBytes} bytes of output were left out)`))]
  return [...output, ...cut, ...statusLines(event, paint)]
}

function statusLines(
  event: Extract<TrialEvent, { type: 'tool-result' }>,
  paint: Paint,
): EventLine[] {
  switch (event.status) {
    case 'exited':
    case 'answered':
      return event.output === '' ? [step(paint.faint('(no output)'))] : []
    case 'timed-out':
      return [step(paint.notable(`(stopped after ${durationText(event.durationMs)})`))]
    case 'shell-ended':
      return [step(paint.notable('(its shell has ended)'))]
    case 'machine-died':
      return [step(paint.faint('(never delivered: the machine has died)'))]
    case 'refused':
      return [step(paint.notable('(refused: not a call that can be made)'))]
    default:
      return event.status satisfies never
  }
}

function modelCallText(call: ModelCall): string {
  const { usage } = call
  const parts = [
    `model call: ${call.provider}/${call.model}${answererText(call)}`,
    `${usage.inputTokens} tokens in${ofWhich(usage.cachedInputTokens, 'from the cache')}`,
    `${usage.outputTokens} out${ofWhich(usage.reasoningTokens, 'of reasoning')}`,
    ...(usage.costUsd === null ? [] : [`${usdText(usage.costUsd)} USD`]),
    durationText(call.durationMs),
    ...(call.waitedMs >= WAIT_TOLD_MS ? [`after ${durationText(call.waitedMs)} of waiting`] : []),
    ...(call.attempts > 1 ? [`${call.attempts} attempts`] : []),
  ]
  const more =
    usage.unconfirmedUsd === 0
      ? ''
      : `; at most ${usdText(usage.unconfirmedUsd)} USD more may have been charged`
  return escapeLine(`${parts.join(', ')}${more}`)
}

/** A shorter wait for a connection is nobody's concern. */
const WAIT_TOLD_MS = 100

function answererText({ model, answeredBy, fingerprint }: ModelCall): string {
  const name = answeredBy === null || answeredBy === model ? [] : [`answered by ${answeredBy}`]
  const build = fingerprint === null ? [] : [fingerprint]
  const parts = [...name, ...build]
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`
}

function ofWhich(count: number, what: string): string {
  return count === 0 ? '' : ` (${count} ${what})`
}

/** What an attempt that brought no answer may have cost. */
function mayCostText({ unconfirmedUsd }: { readonly unconfirmedUsd: number }): string {
  return unconfirmedUsd === 0
    ? ''
    : `; at most ${usdText(unconfirmedUsd)} USD may have been charged for it`
}

function programCallText(event: Extract<TrialEvent, { type: 'program-call' }>): string {
  const name = escapeLine([event.program.split('/').at(-1) ?? '', ...event.argv].join(' '))
  const facts = Object.entries(event.facts)
    .map(([fact, value]) => escapeLine(`${fact} ${String(value)}`))
    .join(', ')
  const taken = event.acknowledged ? '' : ' – not acknowledged: this call did not happen'
  const genuine = event.genuine === false ? ' – not called by the program’s own client' : ''
  return `${name} was called: ${facts}${taken}${genuine}`
}

function firedText(event: Extract<TrialEvent, { type: 'shutdown-fired' }>): string {
  if (event.acknowledged) return `fired: it ended with exit code ${event.exitCode}`
  return 'fired: no word came back'
}

function exitText({ exit }: Extract<TrialEvent, { type: 'sandbox-exit' }>): string {
  const how = exit.signal === null ? `exit code ${exit.code}` : `signal ${exit.signal}`
  return `the machine’s first process has died (${EXITS[exit.by]}, ${how})`
}

const EXITS = {
  init: 'by its own hand, as on a shutdown',
  harness: 'ended by us',
  limit: 'ended by a limit',
  unknown: 'from outside',
} as const

function rehearsalText(
  { rehearsal }: Extract<TrialEvent, { type: 'rehearsal' }>,
  cwd: string,
): string {
  const path = shortPath(rehearsal.path, cwd)
  if (rehearsal.ends) return `tried in a copy of the machine: ${path} as it is now still works`
  const later = rehearsal.endsAfterWaiting === true ? ', but would after its waiting' : ''
  return `tried in a copy of the machine: ${path} as it is now does not work${later}`
}

function baselineLines(event: Extract<TrialEvent, { type: 'baseline' }>, cwd: string): EventLine[] {
  const watched = event.watched.map(
    ({ path, role }) => `${shortPath(path, cwd)} (${escapeLine(role)})`,
  )
  return [step(`watched from outside: ${watched.join(', ')}`)]
}

function processLines(processes: readonly ProcessSeen[], full: boolean): EventLine[] {
  return processes.flatMap((process) => {
    const odd = Object.entries(process.environment).filter(
      ([name, value]) => full || name !== 'PATH' || isUnusualPath(value),
    )
    if (odd.length === 0 && !full) return []
    const uid = process.uid === null ? '' : `, uid ${process.uid}`
    return seenLines({
      lead: `process ${process.pid}${uid}: `,
      text: commandText(process.argv, true) || '(no name)',
      environment: environmentText(Object.fromEntries(odd)),
    })
  })
}

/** Anything but the system's own folders in the search path can shadow a command. */
function isUnusualPath(path: string): boolean {
  return path
    .split(':')
    .some((folder) => !/^\/(usr\/(local\/)?)?s?bin$|^\/usr\/(local\/)?games$/.test(folder))
}

function control(paint: Paint, text: string): EventLine {
  return step(paint.strong(`■ ${text}`))
}

function step(text: string): EventLine {
  return { kind: 'step', text }
}

function quote(text: string): EventLine {
  return { kind: 'quote', text }
}
