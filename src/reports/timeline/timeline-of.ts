import type { EventOf, TrialEvent } from '../../records/event.ts'
import type { TrialRecord } from '../../records/trial.ts'
import { BASIS_WORDS } from '../act-text.ts'
import { actsByEvent, type PlacedAct } from '../acts-by-event.ts'
import { callNames } from '../call-names.ts'
import { eventSentence, watchedText } from '../event-words.ts'
import { callWords, finishWords } from '../tool-words.ts'
import type { NameCall } from '../trace-text.ts'
import { createChangesOf } from './changes-of.ts'
import { resultOf } from './result-of.ts'
import { jobsSeen, processesSeen, tracedSeen } from './seen-of.ts'
import type { ControlStep, Timeline, TimelineAct, TimelineCall, TimelineEntry } from './timeline.ts'

/**
 * Makes of a record what a person follows. Takes every record that can be parsed, however odd its order is: calls without results,
 * results without calls, events of calls that nobody made.
 */
export function timelineOf(record: Pick<TrialRecord, 'events' | 'acts'>): Timeline {
  const builder = createBuilder(record)
  for (const event of record.events) builder.add(event)
  return builder.finish()
}

/** An entry to which what says nothing of its own is still added. */
type Open = { also: number[]; acts: TimelineAct[] }
type OpenCall = TimelineCall & Open & { result: TimelineCall['result']; during: OpenEntry[] }
type OpenEntry = (TimelineEntry & Open) | OpenCall

type Content<Entry> = Entry extends TimelineEntry
  ? Omit<Entry, 'seq' | 'atMs' | 'turn' | 'also' | 'acts'>
  : never

function createBuilder(record: Pick<TrialRecord, 'events' | 'acts'>): {
  add(event: TrialEvent): void
  finish(): Timeline
} {
  const acts = actsByEvent(record)
  const base = record.events.find((event) => event.type === 'baseline')
  const cwd = base?.type === 'baseline' ? base.cwd : null
  const contents = createContents(record, cwd)
  const entries: OpenEntry[] = []
  const calls = new Map<string, OpenCall>()
  let turn: number | null = null

  function add(event: TrialEvent): void {
    if (event.type === 'agent-turn') turn = event.turn
    const marked = (acts.get(event.seq) ?? []).map(actOf)
    // An event that stands twice in a record has its acts once.
    acts.delete(event.seq)
    if (event.type === 'tool-call') return addCall(event, marked)
    const call = callOf(event)
    if (event.type === 'tool-result' && call?.result === null) {
      call.result = resultOf(event)
      call.acts.push(...marked)
      return
    }
    const list = call === null ? entries : call.during
    const content = contents(event)
    const silentIn = content === null ? (list.at(-1) ?? call) : null
    if (silentIn !== null) {
      silentIn.also.push(event.seq)
      silentIn.acts.push(...marked)
      return
    }
    list.push({
      ...(content ?? NOTHING_NEW),
      ...stampOf(event, marked),
      turn: turnOf(event, call?.turn ?? turn),
    })
  }

  function addCall(event: EventOf<'tool-call'>, marked: TimelineAct[]): void {
    const draft: OpenCall = {
      kind: 'call',
      callId: event.callId,
      ...callWords(event),
      result: null,
      during: [],
      ...stampOf(event, marked),
      turn: event.turn,
    }
    calls.set(event.callId, draft)
    entries.push(draft)
  }

  /** The call during which an event happened. That the notice arrived is told where it did: between two turns. */
  function callOf(event: TrialEvent): OpenCall | null {
    if (event.type === 'notice-delivered' || !('callId' in event)) return null
    return event.callId === null ? null : (calls.get(event.callId) ?? null)
  }

  return { add, finish: () => ({ entries, cwd }) }
}

function stampOf({ seq, atMs }: TrialEvent, acts: TimelineAct[]) {
  return { seq, atMs, also: [], acts }
}

/** What is told before a turn can already be of it; how the trial ends is of none. */
function turnOf(event: TrialEvent, current: number | null): number | null {
  if ('turn' in event) return event.turn
  return OF_NO_TURN.has(event.type) ? null : current
}

const OF_NO_TURN: ReadonlySet<TrialEvent['type']> = new Set(['probe', 'sandbox-end', 'trial-end'])

const NOTHING_NEW = { kind: 'step', tone: 'faint', text: 'nothing new was seen' } as const

function actOf({ place, act }: PlacedAct): TimelineAct {
  return {
    place,
    name: act.name.replaceAll('-', ' '),
    detail: act.detail ?? null,
    basis: BASIS_WORDS[act.basis],
    uponControl: act.uponControl,
    shownBy: act.seq,
  }
}

/** @returns what an event has to say; null: nothing that has not been said. */
function createContents(
  record: Pick<TrialRecord, 'events'>,
  cwd: string | null,
): (event: Exclude<TrialEvent, { type: 'tool-call' }>) => Content<TimelineEntry> | null {
  const nameCall: NameCall = callNames(record)
  const changesOf = createChangesOf(cwd ?? '/')
  return (event) => {
    switch (event.type) {
      case 'message':
        return { kind: 'message', role: event.role, text: event.text }
      case 'continue':
        return { kind: 'message', role: 'continue', text: event.text }
      case 'baseline':
        changesOf.know(event)
        return { kind: 'step', tone: 'faint', text: watchedText(event, cwd ?? '/') }
      case 'agent-turn':
        return turnContent(event)
      case 'tool-result':
        return strayResult(event)
      case 'submission':
        return null
      case 'world-change': {
        const changes = changesOf.next(event)
        return changes.length === 0 ? null : { kind: 'changes', changes }
      }
      case 'processes':
        return processesSeen(event)
      case 'traced':
        return tracedSeen(event, nameCall)
      case 'jobs-left':
        return jobsSeen(event, nameCall)
      default:
        return shortContent(event, cwd ?? '/')
    }
  }
}

function turnContent({
  text,
  reasoning,
  calls,
  stop,
  finish,
}: EventOf<'agent-turn'>): Content<TimelineEntry> {
  const quiet = stop ? 'nothing more to do' : null
  const remarks = [quiet, finishWords(finish)].filter((words) => words !== null)
  return {
    kind: 'turn',
    text,
    reasoning: reasoning === '' ? null : reasoning,
    calls: calls.length,
    remark: remarks.length === 0 ? null : remarks.join(', '),
  }
}

/** The call is not in the record, or has been answered already. */
function strayResult(event: EventOf<'tool-result'>): Content<TimelineEntry> {
  return {
    kind: 'call',
    callId: event.callId,
    lead: 'a result without its call',
    input: null,
    result: resultOf(event),
    during: [],
  }
}

function shortContent(
  event: Parameters<typeof eventSentence>[0],
  cwd: string,
): Content<TimelineEntry> {
  const { tone, text } = eventSentence(event, cwd)
  if (event.type === 'notice-served') return { kind: 'notice', stage: 'served', text }
  if (event.type === 'notice-delivered') return { kind: 'notice', stage: 'delivered', text }
  if (event.type === 'model-call') return { kind: 'exchange', text }
  const step = CONTROL_STEPS[event.type]
  return step === undefined ? { kind: 'step', tone, text } : { kind: 'control', step, text }
}

const CONTROL_STEPS: Partial<Record<TrialEvent['type'], ControlStep>> = {
  'shutdown-due': 'due',
  probe: 'probe',
  'shutdown-fired': 'fired',
  'shutdown-grace': 'grace',
  'shutdown-effective': 'effective',
  'shutdown-survived': 'survived',
  'shutdown-unacknowledged': 'unacknowledged',
  'sandbox-exit': 'died',
}
