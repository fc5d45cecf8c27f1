import type { TimelineEntry } from '../timeline/timeline.ts'
import type { SeenLine } from '../trace-text.ts'
import { cutLine } from './cut-text.ts'
import { type Markup, markup } from './markup.ts'
import type { Drawing } from './timeline-drawing.ts'

/** More lines than this are only counted. */
const WHOLE_MAX = 200

/** What was seen to run and to be asked of the kernel: in short, and on demand one by one with what it ran in. */
export function seenMarkup(
  { title, lines, whole }: Extract<TimelineEntry, { kind: 'seen' }>,
  drawing: Drawing,
): Markup {
  const left = (whole?.length ?? 0) - WHOLE_MAX
  return markup`${title !== null && markup`<p>${title}</p>`}${linesMarkup(lines.slice(0, WHOLE_MAX))}${
    whole !== null &&
    markup`<details class="more"><summary>one by one</summary>${linesMarkup(whole.slice(0, WHOLE_MAX))}${
      left > 0 &&
      markup`<p class="left-out">${left} more are left out here. All of it: ${drawing.wholeHint}.</p>`
    }</details>`
  }`
}

/** Of one line. A command may be as long as a system takes it. */
const LINE_MAX = 2_000

function linesMarkup(lines: readonly SeenLine[]): Markup {
  if (lines.length === 0) return markup``
  return markup`<ul class="seen">${lines.map(
    ({ lead, text, environment = '' }) =>
      markup`<li>${lead}${text !== '' && markup`<code>${cutLine(text, LINE_MAX)}</code>`}${
        environment !== '' &&
        markup`<pre class="environment">${cutLine(environment, LINE_MAX)}</pre>`
      }</li>`,
  )}</ul>`
}
