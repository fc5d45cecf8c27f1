import type { TimelineEntry } from '../timeline/timeline.ts'
import { actBadges } from './act-markup.ts'
import { type Hole, type Markup, markup } from './markup.ts'
import type { Drawing } from './timeline-drawing.ts'

/** What all entries have: an id, a time that links to it, and acts. */
export function entryFrame(
  entry: TimelineEntry,
  {
    kind,
    drawing,
    body,
  }: { readonly kind: string; readonly drawing: Drawing; readonly body: Hole },
): Markup {
  const { seq, also, atMs, acts } = entry
  return markup`<li id="${drawing.id(seq)}" class="entry ${kind}">${also.map((other) => anchorMarkup(other, drawing))}<a class="stamp" href="${drawing.eventHref(seq)}" title="A link to this event, number ${seq}">${timeText(atMs)}</a><div class="entry-body">${body}${actBadges(acts, { seq, drawing })}</div></li>`
}

/** A place to which links to an event lead that has no entry of its own. */
function anchorMarkup(seq: number, drawing: Drawing): Markup {
  return markup`<span class="anchor" id="${drawing.id(seq)}"></span>`
}

/** Since the trial's start, as on the terminal. */
export function timeText(atMs: number): string {
  return `${(atMs / 1_000).toFixed(2)} s`
}
