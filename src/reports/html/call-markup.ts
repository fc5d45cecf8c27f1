import { countText } from '../count-text.ts'
import { durationText } from '../duration-text.ts'
import type { TimelineCall, TimelineEntry } from '../timeline/timeline.ts'
import { entryFrame } from './entry-frame.ts'
import { longText } from './long-text.ts'
import { joined, type Markup, markup } from './markup.ts'
import type { Drawing } from './timeline-drawing.ts'

/** A call: what was asked for, what happened meanwhile, what came back, and what was then seen of it. */
export function callMarkup(
  entry: TimelineCall,
  drawing: Drawing,
  drawEntries: (entries: readonly TimelineEntry[], drawing: Drawing) => Markup,
): Markup {
  const { result, during } = entry
  const returned = result?.seq ?? Number.POSITIVE_INFINITY
  const inner = (some: readonly TimelineEntry[]): Markup | false =>
    some.length > 0 && markup`<ol class="during">${drawEntries(some, drawing)}</ol>`
  return entryFrame(entry, {
    kind: entry.lead === null ? 'entry-call entry-command' : 'entry-call',
    drawing,
    body: markup`${inputMarkup(entry, drawing)}${inner(during.filter(({ seq }) => seq < returned))}${
      result === null
        ? markup`<p class="ending tone-faint">no result is recorded</p>`
        : resultMarkup(result, { drawing, isAlone: result.seq === entry.seq })
    }${inner(during.filter(({ seq }) => seq >= returned))}`,
  })
}

function inputMarkup({ lead, input }: TimelineCall, drawing: Drawing): Markup {
  const title = lead !== null && markup`<p class="call-lead">${lead}</p>`
  if (input === null) return markup`${title}`
  const text = longText(input, { look: 'terminal', drawing })
  if (lead !== null) return markup`${title}${text}`
  return markup`<div class="command"><span class="prompt" aria-hidden="true">$</span>${text}</div>`
}

function resultMarkup(
  { seq, output, remarks, durationMs, cutBytes }: NonNullable<TimelineCall['result']>,
  { drawing, isAlone }: { readonly drawing: Drawing; readonly isAlone: boolean },
): Markup {
  const cut = cutBytes === 0 ? [] : [{ tone: 'notable', text: cutText(cutBytes) } as const]
  const took = { tone: 'faint', text: durationText(durationMs) } as const
  const ending = [...remarks, ...cut, took].map(
    ({ tone, text }) => markup`<span class="tone-${tone}">${text}</span>`,
  )
  const body = markup`${output !== '' && longText(output, { look: 'terminal', drawing })}<p class="ending">${joined(ending, ' · ')}</p>`
  // What is a result alone has the id of its entry.
  return isAlone
    ? markup`<div class="result">${body}</div>`
    : markup`<div class="result" id="${drawing.id(seq)}">${body}</div>`
}

function cutText(bytes: number): string {
  return `${countText(bytes)} bytes of it were cut out: the agent was not given them`
}
