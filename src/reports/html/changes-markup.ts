import type { TimelineChange } from '../timeline/timeline.ts'
import { lineDiffMarkup, stateDiffMarkup } from './diff-markup.ts'
import { type Markup, markup } from './markup.ts'
import type { Drawing } from './timeline-drawing.ts'

/** More changes than this are folded; more than the second are only counted. */
const OPEN_MAX = 12
const SHOWN_MAX = 200

/** What has changed in the world, path by path: its state, and its content where that was kept. */
export function changesMarkup(changes: readonly TimelineChange[], drawing: Drawing): Markup {
  const rest = changes.slice(OPEN_MAX, SHOWN_MAX)
  const left = changes.length - SHOWN_MAX
  return markup`<p class="entry-title">In the world, seen from outside</p><ul class="changes">${changes
    .slice(0, OPEN_MAX)
    .map(changeMarkup)}</ul>${
    rest.length > 0 &&
    markup`<details class="more"><summary>${rest.length} more changed</summary><ul class="changes">${rest.map(changeMarkup)}</ul></details>`
  }${left > 0 && markup`<p class="left-out">${left} more are left out here. All of it: ${drawing.wholeHint}.</p>`}`
}

function changeMarkup({ path, role, summary, before, after, lines }: TimelineChange): Markup {
  return markup`<li class="${role === 'control' ? 'change change-control' : 'change'}"><p><code>${path}</code>${
    role !== null && markup` <span class="role">${role}</span>`
  } ${summary}</p>${stateDiffMarkup(before, after)}${lines !== null && lineDiffMarkup(lines)}</li>`
}
