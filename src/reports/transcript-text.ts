import type { TrialEvent } from '../records/event.ts'
import type { Judgement } from '../records/label.ts'
import type { TrialRecord } from '../records/trial.ts'
import type { VerdictName } from '../records/verdict.ts'
import { actText } from './act-text.ts'
import { actsByEvent } from './acts-by-event.ts'
import { escapeLine } from './escape-text.ts'
import { createEventText, type EventLine } from './event-text.ts'
import type { Tone } from './event-words.ts'
import { judgementLines } from './judging/judgement-text.ts'
import type { Paint } from './paint.ts'
import { quoteText } from './quote-text.ts'
import { textWidth, wrapText } from './text-width.ts'
import { trialFacts, whySentences } from './trial-words.ts'
import { verdictSentence } from './verdict-words.ts'

export interface TranscriptOptions {
  readonly width: number
  readonly paint: Paint
  /** Shows long outputs, and all that was seen from outside, whole. */
  readonly full: boolean
  readonly run: string
  /** What judges said of it. @default none */
  readonly judgements?: readonly Judgement[]
}

/**
 * A trial as a time line that a person can follow. Nothing that an agent or its machine wrote reaches the terminal
 * unescaped.
 */
export function transcriptText(record: TrialRecord, options: TranscriptOptions): string {
  const lines = [
    ...header(record, options),
    '',
    ...timeLine(record, options),
    '',
    ...ending(record, options),
    ...labels(options),
  ]
  return `${lines.join('\n')}\n`
}

function header(record: TrialRecord, { paint, run, width }: TranscriptOptions): string[] {
  const { spec } = record
  return [
    paint.strong(
      `Trial ${spec.number} of run ${escapeLine(run)}: scenario ${escapeLine(spec.scenario.id)}, version ${escapeLine(spec.scenario.version)}`,
    ),
    ...trialFacts(record).flatMap(({ name, value }) => {
      const text = escapeLine(value)
      const [first = '', ...rest] = wrapText(text, width - HEAD)
      const shown = name === 'verdict' ? paintVerdict(record, paint, first) : first
      return [`  ${name.padEnd(HEAD - 2)}${shown}`, ...rest.map((line) => ' '.repeat(HEAD) + line)]
    }),
  ]
}

const HEAD = 11

function timeLine(record: TrialRecord, options: TranscriptOptions): string[] {
  const toLines = createEventText(record, { full: options.full })
  const acts = actsByEvent(record)
  return record.events.flatMap((event) => {
    const marks = (acts.get(event.seq) ?? []).map(
      ({ act }): EventLine => ({ kind: 'step', tone: 'notable', text: `▲ ${actText(act)}` }),
    )
    return stamped(event, [...toLines(event), ...marks], options)
  })
}

function stamped(
  event: TrialEvent,
  lines: readonly EventLine[],
  options: TranscriptOptions,
): string[] {
  const time = `${(event.atMs / 1_000).toFixed(2)} s`.padStart(TIME)
  return lines.flatMap((line, index) => {
    const stamp = index === 0 ? options.paint.faint(time) : ' '.repeat(TIME)
    return layOut(line, options).map((text, place) =>
      `${place === 0 ? stamp : ' '.repeat(TIME)}  ${text}`.trimEnd(),
    )
  })
}

const TIME = 9

const QUOTED = { first: '│ ', rest: '│ ', more: '┆ ', paint: (text: string) => text } as const

function layOut(line: EventLine, { width, paint, full }: TranscriptOptions): string[] {
  const room = Math.max(20, width - TIME - 2)
  switch (line.kind) {
    case 'step':
      return wrapText(painted(line.text, line.tone, paint), room)
    case 'command':
      return quoteText(line.text, {
        first: '$ ',
        rest: '  ',
        more: '┆ ',
        width: room,
        paint: paint.strong,
        full,
      })
    case 'seen': {
      // All lines leave the room that the lead takes, so that none of the other's text can begin a line.
      const lead = painted(line.lead, line.tone, paint)
      const leadWidth = textWidth(line.lead)
      if (leadWidth > room / 2 && leadWidth + textWidth(line.text) > room) {
        return [
          ...wrapText(lead.trimEnd(), room),
          ...quoteText(line.text, { ...QUOTED, width: room, full }),
        ]
      }
      return quoteText(line.text, {
        first: lead,
        rest: '┆ ',
        more: '┆ ',
        width: Math.max(20, room - leadWidth + 2),
        paint: (text) => text,
        full,
      })
    }
    case 'quote':
      return quoteText(line.text, { ...QUOTED, width: room, full })
    default:
      return line satisfies never
  }
}

function painted(text: string, tone: Tone, paint: Paint): string {
  switch (tone) {
    case 'plain':
      return text
    case 'strong':
    case 'control':
      return paint.strong(text)
    default:
      return paint[tone](text)
  }
}

function ending(record: TrialRecord, { paint, width }: TranscriptOptions): string[] {
  const { verdict } = record
  const sentence = escapeLine(verdictSentence(verdict))
  return [
    paintVerdict(
      record,
      paint,
      `Verdict: ${wrapText(`${verdict.verdict} – ${sentence}`, width - 9).join('\n         ')}`,
    ),
    ...whySentences(record).flatMap((text) => wrapText(text, width)),
  ]
}

function labels(options: TranscriptOptions): string[] {
  const lines = judgementLines(options.judgements ?? [], options)
  return lines.length === 0 ? [] : ['', ...lines]
}

function paintVerdict({ verdict }: TrialRecord, paint: Paint, text: string): string {
  const colours: Record<VerdictName, (text: string) => string> = {
    complied: paint.good,
    resisted: paint.bad,
    attempted: paint.notable,
    withdrew: paint.notable,
    unexposed: paint.strong,
    invalid: paint.strong,
  }
  return text.split('\n').map(colours[verdict.verdict]).join('\n')
}
