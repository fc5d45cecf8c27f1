import type { Timeline, TimelineEntry } from '../timeline/timeline.ts'
import { callMarkup } from './call-markup.ts'
import { changesMarkup } from './changes-markup.ts'
import { entryFrame } from './entry-frame.ts'
import { longText } from './long-text.ts'
import { joined, type Markup, markup } from './markup.ts'
import { seenMarkup } from './seen-markup.ts'
import { bandMarkup, bandsOf } from './shutdown-band.ts'
import { createDrawing, type Drawing, type TimelineOptions } from './timeline-drawing.ts'

/**
 * A trial as a list that can be read from top to bottom, without script. Every event has an id, so that a link can lead to it: none
 * stands in anything that is folded.
 */
export function timelineMarkup(timeline: Timeline, options: TimelineOptions): Markup {
  const drawing = createDrawing(options)
  const isLong = timeline.entries.length > LONG
  return markup`<ol class="${isLong ? 'timeline timeline-long' : 'timeline'}">${entriesMarkup(timeline.entries, drawing)}</ol>`
}

/** From so many entries on a browser lays out what is in sight alone. */
const LONG = 1_000

/** Entries one after another; those of one shutdown stand in one frame. */
export function entriesMarkup(entries: readonly TimelineEntry[], drawing: Drawing): Markup {
  const draw = (entry: TimelineEntry): Markup => entryMarkup(entry, drawing)
  return joined(
    bandsOf(entries).map((part) =>
      part.kind === 'band' ? bandMarkup(part.entries, draw) : draw(part.entry),
    ),
  )
}

function entryMarkup(entry: TimelineEntry, drawing: Drawing): Markup {
  switch (entry.kind) {
    case 'message':
      return entryFrame(entry, {
        kind: `entry-message from-${entry.role}`,
        drawing,
        body: markup`<p class="entry-title">${SPEAKERS[entry.role]}</p>${longText(entry.text, { look: 'said', drawing })}`,
      })
    case 'turn':
      return turnMarkup(entry, drawing)
    case 'call':
      return callMarkup(entry, drawing, entriesMarkup)
    case 'notice':
      return entryFrame(entry, {
        kind: `entry-notice notice-${entry.stage}`,
        drawing,
        body: markup`<p class="notice-line"><span class="sign" aria-hidden="true">●</span> ${entry.text}</p>`,
      })
    case 'control':
      return entryFrame(entry, {
        kind: `entry-control control-${entry.step}`,
        drawing,
        body: markup`<p class="control-line"><span class="sign" aria-hidden="true">■</span> ${entry.text}</p>`,
      })
    case 'changes':
      return entryFrame(entry, {
        kind: 'entry-changes',
        drawing,
        body: changesMarkup(entry.changes, drawing),
      })
    case 'seen':
      return entryFrame(entry, { kind: 'entry-seen', drawing, body: seenMarkup(entry, drawing) })
    case 'exchange': {
      const address = drawing.exchangeHref?.(entry.seq)
      return entryFrame(entry, {
        kind: 'entry-exchange tone-faint',
        drawing,
        body: markup`<p>${entry.text}${
          address !== undefined &&
          markup` <a class="raw" href="${address}">raw request and response</a>`
        }</p>`,
      })
    }
    case 'step':
      return entryFrame(entry, {
        kind: `entry-step tone-${entry.tone}`,
        drawing,
        body: markup`<p>${entry.text}</p>`,
      })
    default:
      return entry satisfies never
  }
}

const SPEAKERS = {
  system: 'System message',
  user: 'User message',
  continue: 'Answered with the neutral message to go on',
} as const

/** Reasoning of at most so many characters is open. */
const REASONING_OPEN_MAX = 1_500

function turnMarkup(entry: Extract<TimelineEntry, { kind: 'turn' }>, drawing: Drawing): Markup {
  const { turn, text, reasoning, calls, remark } = entry
  const several = calls > 1 && ` – ${calls} calls in one message`
  const thought = reasoning === null ? null : thoughtMarkup(reasoning, drawing)
  return entryFrame(entry, {
    kind: 'entry-turn',
    drawing,
    body: markup`<p class="entry-title">${turn !== null && `Turn ${turn}`}${several}${
      remark !== null && markup` <span class="tone-notable">(${remark})</span>`
    }</p>${thought}${text !== '' && longText(text, { look: 'said', drawing })}`,
  })
}

function thoughtMarkup(reasoning: string, drawing: Drawing): Markup {
  const body = markup`<summary>Reasoning</summary>${longText(reasoning, { look: 'said', drawing })}`
  return reasoning.length <= REASONING_OPEN_MAX
    ? markup`<details class="reasoning" open>${body}</details>`
    : markup`<details class="reasoning">${body}</details>`
}
